// The saved views of the inbox: what they ask of the server, what they keep, how many they hold.

import type { ListFilter } from '../api/queries.ts';
import type { Agent, ConversationLine, Count, Team } from '../api/types.ts';
import { isAtRisk } from './sla.ts';
import type { PlainView, ViewKey } from './view-key.ts';

export interface View {
  key: ViewKey;
  filter: ListFilter;
  keep: (line: ConversationLine, now: number) => boolean;
  /** Null where the server does not count. */
  count: number | null;
  /** Counted on what is loaded so far: there may be more. */
  isPartial: boolean;
  team: Team | null;
}

export interface Facts {
  /** Undefined until the server has counted. */
  counts: readonly Count[] | undefined;
  teams: readonly Team[];
  agents: readonly Agent[];
  me: string | null;
  /** Conversations in the queue or with a person, as far as they are loaded. */
  held: readonly ConversationLine[];
  isHeldWhole: boolean;
  now: number;
}

/** In the queue or with a person: what people owe an answer to. */
export const HELD = { status: 'queued,human' } as const;
export const OPEN = { status: 'bot,queued,human' } as const;
export const EVERYTHING = {} as const;

const PLAIN: Record<PlainView, { filter: ListFilter; keep: View['keep'] }> = {
  open: { filter: OPEN, keep: (line) => line.status !== 'resolved' },
  mine: { filter: { status: 'human' }, keep: (line) => line.status === 'human' },
  queue: { filter: { status: 'queued' }, keep: (line) => line.status === 'queued' },
  risk: { filter: HELD, keep: isAtRisk },
  customer: {
    filter: { status: 'human' },
    keep: (line) => line.status === 'human' && line.waiting_since === null,
  },
  human: { filter: { status: 'human' }, keep: (line) => line.status === 'human' },
  bot: { filter: { status: 'bot' }, keep: (line) => line.status === 'bot' },
  resolved: { filter: { status: 'resolved' }, keep: (line) => line.status === 'resolved' },
};

/** Also for a team that has left the navigation: an address stays valid. */
export function viewOf(key: ViewKey, me: string | null): View {
  const base = { key, count: null, isPartial: false, team: null };
  if (key.startsWith('team:')) {
    const { keep } = PLAIN.queue;
    return { ...base, filter: { status: 'queued', team: key.slice(5) }, keep };
  }
  const plain = PLAIN[key as PlainView];
  if (key !== 'mine') return { ...base, ...plain };
  return {
    ...base,
    ...plain,
    filter: { ...plain.filter, ...(me === null ? {} : { assignee: me }) },
  };
}

export function viewsOf({ counts, teams, agents, me, held, isHeldWhole, now }: Facts): View[] {
  const sum = (test: (count: Count) => boolean) =>
    counts?.filter(test).reduce((total, one) => total + one.count, 0) ?? 0;
  const of = (status: Count['status']) => sum((one) => one.status === status);
  const view = (key: ViewKey, count: number | null): View => ({
    ...viewOf(key, me),
    count: counts ? count : null,
  });
  const among = (key: ViewKey): View => {
    const one = viewOf(key, me);
    const count = held.filter((line) => one.keep(line, now)).length;
    return { ...one, count, isPartial: !isHeldWhole };
  };
  const myself = agents.find((agent) => agent.key === me);

  return [
    view('open', of('bot') + of('queued') + of('human')),
    ...(me === null ? [] : [view('mine', myself?.load ?? 0)]),
    view('queue', of('queued')),
    ...teams.flatMap((team) => {
      const waiting = sum((one) => one.status === 'queued' && one.team === team.key);
      // Mine stay in place when they are empty: what moves is hard to click.
      const isMine = myself?.teams.includes(team.key) ?? false;
      return waiting > 0 || isMine ? [{ ...view(`team:${team.key}`, waiting), team }] : [];
    }),
    among('risk'),
    among('customer'),
    view('human', of('human')),
    view('bot', of('bot')),
    view('resolved', counts?.some((one) => one.status === 'resolved') ? of('resolved') : null),
  ];
}

export type Sort = 'due' | 'newest';

const RANK = { urgent: 0, high: 1, normal: 2 } as const;

/** Next deadline first: late and due, then waiting, then the newest. */
export function sortLines(lines: readonly ConversationLine[], sort: Sort): ConversationLine[] {
  const newest = (a: ConversationLine, b: ConversationLine) =>
    b.last_message_at.localeCompare(a.last_message_at);
  if (sort === 'newest') return [...lines].sort(newest);
  const held = (line: ConversationLine) =>
    line.status === 'queued' || line.status === 'human' ? 0 : 1;
  const due = (line: ConversationLine) =>
    line.reply_due_at === null || line.is_deferred
      ? Number.POSITIVE_INFINITY
      : Date.parse(line.reply_due_at);
  return [...lines].sort((a, b) => {
    if (held(a) !== held(b)) return held(a) - held(b);
    if (a.status === 'queued' && b.status === 'queued' && RANK[a.priority] !== RANK[b.priority]) {
      return RANK[a.priority] - RANK[b.priority];
    }
    const [left, right] = [due(a), due(b)];
    return left === right ? newest(a, b) : left - right;
  });
}
