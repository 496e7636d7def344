// The saved views of the inbox: what they ask of the server, what they keep, how many they hold.

import type { ListFilter } from '../api/queries.ts';
import type { Agent, ConversationLine, Count, Team } from '../api/types.ts';
import { isAtRisk } from './sla.ts';

export type ViewKey = 'open' | 'mine' | 'queue' | 'bot' | 'human' | 'resolved' | `team:${string}`;

export interface View {
  key: ViewKey;
  filter: ListFilter;
  keep: (line: ConversationLine) => boolean;
  count: number;
  team: Team | null;
}

export function isViewKey(value: string): value is ViewKey {
  return /^(open|mine|queue|bot|human|resolved|team:.+)$/.test(value);
}

export function viewsOf(
  counts: readonly Count[],
  teams: readonly Team[],
  agents: readonly Agent[],
  me: string | null,
): View[] {
  const sum = (test: (count: Count) => boolean) =>
    counts.filter(test).reduce((total, count) => total + count.count, 0);
  const mine = me === null ? 0 : (agents.find((agent) => agent.key === me)?.load ?? 0);
  const views: View[] = [
    view(
      'open',
      {},
      (line) => line.status !== 'resolved',
      sum((c) => c.status !== 'resolved'),
    ),
  ];
  if (me !== null) {
    views.push(view('mine', { assignee: me }, (line) => line.status === 'human', mine));
  }
  views.push(
    view(
      'queue',
      { status: 'queued' },
      () => true,
      sum((c) => c.status === 'queued'),
    ),
  );
  for (const team of teams) {
    const waiting = sum((c) => c.status === 'queued' && c.team === team.key);
    if (waiting === 0) continue;
    views.push({
      ...view(`team:${team.key}`, { status: 'queued', team: team.key }, () => true, waiting),
      team,
    });
  }
  views.push(
    view(
      'human',
      { status: 'human' },
      () => true,
      sum((c) => c.status === 'human'),
    ),
    view(
      'bot',
      { status: 'bot' },
      () => true,
      sum((c) => c.status === 'bot'),
    ),
    view(
      'resolved',
      { status: 'resolved' },
      () => true,
      sum((c) => c.status === 'resolved'),
    ),
  );
  return views;
}

function view(key: ViewKey, filter: ListFilter, keep: View['keep'], count: number): View {
  return { key, filter, keep, count, team: null };
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

export function riskCount(lines: readonly ConversationLine[], now: number): number {
  return lines.filter((line) => isAtRisk(line, now)).length;
}
