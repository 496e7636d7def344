// What the reply clock and the session window of a conversation say at a moment.
import type { ConversationLine } from '../api/types.ts';

export type Clock =
  | { kind: 'good' | 'half' | 'last'; left: number; share: number }
  | { kind: 'late'; over: number }
  | { kind: 'paused'; cause: 'customer' | 'closed' }
  | { kind: 'none' };

type Line = Pick<ConversationLine, 'status' | 'waiting_since' | 'reply_due_at' | 'is_deferred'>;

export function replyClock(line: Line, now: number): Clock {
  if (line.status === 'bot' || line.status === 'resolved') return { kind: 'none' };
  if (line.is_deferred) return { kind: 'paused', cause: 'closed' };
  if (line.reply_due_at === null) {
    return line.status === 'human' && line.waiting_since === null
      ? { kind: 'paused', cause: 'customer' }
      : { kind: 'none' };
  }
  const due = Date.parse(line.reply_due_at);
  const left = due - now;
  if (left < 0) return { kind: 'late', over: -left };
  const from = line.waiting_since === null ? now : Date.parse(line.waiting_since);
  const whole = Math.max(due - from, 1);
  const share = Math.min(1, left / whole);
  const kind = share > 0.5 ? 'good' : share > 0.1 ? 'half' : 'last';
  return { kind, left, share };
}

export type Window =
  | { kind: 'open'; left: number; share: number }
  | { kind: 'closing'; left: number; share: number }
  | { kind: 'closed'; since: number | null };

const DAY = 24 * 3_600_000;

export function sessionWindow(closesAt: string | null, now: number): Window {
  if (closesAt === null) return { kind: 'closed', since: null };
  const left = Date.parse(closesAt) - now;
  if (left <= 0) return { kind: 'closed', since: -left };
  const share = Math.min(1, left / DAY);
  return { kind: left <= 2 * 3_600_000 ? 'closing' : 'open', left, share };
}
