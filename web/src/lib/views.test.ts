import { describe, expect, test } from 'vitest';
import type { Agent, Count, Team } from '../api/types.ts';
import { lineOf } from './testing.ts';
import { isViewKey } from './view-key.ts';
import { sortLines, type View, viewOf, viewsOf } from './views.ts';

const teams: Team[] = [
  { key: 'billing', name: 'Facturation', tier: 2, open: true, available_agents: 1, queued: 2 },
  { key: 'vip', name: 'Cercle', tier: 3, open: true, available_agents: 0, queued: 0 },
];
const agents: Agent[] = [
  {
    key: 'camille',
    name: 'Camille Roy',
    teams: ['billing'],
    languages: ['fr'],
    availability: 'available',
    load: 3,
    capacity: 4,
  },
];
const counts: Count[] = [
  { status: 'queued', team: 'billing', count: 2 },
  { status: 'queued', team: null, count: 1 },
  { status: 'human', team: 'vip', count: 4 },
  { status: 'bot', team: null, count: 7 },
  { status: 'resolved', team: null, count: 90 },
];
const now = Date.parse('2026-11-17T10:00:00Z');
const held = [
  lineOf({ id: 'late', status: 'queued', reply_due_at: '2026-11-17T09:59:00Z' }),
  lineOf({ id: 'due', status: 'human', reply_due_at: '2026-11-17T10:14:00Z', waiting_since: 'x' }),
  lineOf({ id: 'calm', status: 'human', window_closes_at: '2026-11-18T09:00:00Z' }),
];
const facts = { counts, teams, agents, held, isHeldWhole: true, now };
const counted = (me: string | null) =>
  Object.fromEntries(viewsOf({ ...facts, me }).map((view) => [view.key, view.count]));
const kept = (view: View | undefined) =>
  held.filter((line) => view?.keep(line, now)).map((line) => line.id);

describe('views', () => {
  test('count what they hold; a team has one when someone waits or when it is mine', () => {
    expect(counted('camille')).toEqual({
      open: 14,
      mine: 3,
      queue: 3,
      'team:billing': 2,
      risk: 2,
      customer: 1,
      human: 4,
      bot: 7,
      resolved: 90,
    });
    const quiet = viewsOf({ ...facts, counts: [], me: 'camille' }).map((view) => view.key);
    expect(quiet).toContain('team:billing');
    expect(quiet).not.toContain('team:vip');
  });

  test('someone who is not an agent has no view of their own', () => {
    expect(Object.keys(counted(null))).not.toContain('mine');
  });

  test('nothing is said to be empty before it was counted', () => {
    const views = viewsOf({ ...facts, counts: undefined, me: 'camille' });
    expect(views.find((view) => view.key === 'queue')?.count).toBeNull();
  });

  test('what the server does not count has no number instead of a wrong one', () => {
    const open = counts.filter((count) => count.status !== 'resolved');
    const views = viewsOf({ ...facts, counts: open, me: null });
    expect(views.find((view) => view.key === 'resolved')?.count).toBeNull();
  });

  test('a number counted on a part says that there may be more', () => {
    const views = viewsOf({ ...facts, isHeldWhole: false, me: null });
    const partial = views.filter((view) => view.isPartial).map((view) => view.key);
    expect(partial).toEqual(['risk', 'customer']);
  });

  test('at risk is late or due soon; waiting on the customer is ours and answered', () => {
    expect(kept(viewOf('risk', null))).toEqual(['late', 'due']);
    expect(kept(viewOf('customer', null))).toEqual(['calm']);
  });

  test('an address of a team that has left the navigation still opens its queue', () => {
    expect(viewOf('team:gone', null).filter).toEqual({ status: 'queued', team: 'gone' });
  });

  test('mine asks for mine', () => {
    expect(viewOf('mine', 'camille').filter).toEqual({ status: 'human', assignee: 'camille' });
  });

  test('what changed hands since the server answered leaves the view', () => {
    const closed = lineOf({ status: 'resolved' });
    const views = viewsOf({ ...facts, me: 'camille' }).filter((view) => view.key !== 'resolved');
    expect(views.filter((view) => view.keep(closed, now))).toEqual([]);
  });

  test.each([
    ['open', true],
    ['team:billing', true],
    ['team:', false],
    ['nowhere', false],
  ])('the address %s is a view: %s', (key, expected) => {
    expect(isViewKey(key)).toBe(expected);
  });
});

describe('order of the list', () => {
  const ids = (lines: ReturnType<typeof lineOf>[]) => lines.map((line) => line.id);
  const lines = [
    lineOf({ id: 'bot', status: 'bot', last_message_at: '2026-11-17T12:00:00Z' }),
    lineOf({ id: 'later', status: 'human', reply_due_at: '2026-11-17T11:00:00Z' }),
    lineOf({ id: 'sooner', status: 'human', reply_due_at: '2026-11-17T10:30:00Z' }),
    lineOf({ id: 'normal', status: 'queued', reply_due_at: '2026-11-17T10:05:00Z' }),
    lineOf({
      id: 'urgent',
      status: 'queued',
      priority: 'urgent',
      reply_due_at: '2026-11-17T10:20:00Z',
    }),
    lineOf({
      id: 'closed-hours',
      status: 'queued',
      is_deferred: true,
      reply_due_at: '2026-11-17T09:00:00Z',
    }),
  ];

  test('next deadline first, urgent before normal in the queue, the assistant last', () => {
    const order = ids(sortLines(lines, 'due'));
    expect(order.indexOf('urgent')).toBeLessThan(order.indexOf('normal'));
    expect(order.indexOf('sooner')).toBeLessThan(order.indexOf('later'));
    expect(order.indexOf('normal')).toBeLessThan(order.indexOf('closed-hours'));
    expect(order.at(-1)).toBe('bot');
  });

  test('the order does not depend on how the server sent them', () => {
    const reversed = [...lines].reverse();
    expect(ids(sortLines(reversed, 'due'))).toEqual(ids(sortLines(lines, 'due')));
  });

  test('newest first on request', () => {
    expect(ids(sortLines(lines, 'newest'))[0]).toBe('bot');
  });
});
