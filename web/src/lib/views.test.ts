import { describe, expect, test } from 'vitest';
import type { Agent, Count, Team } from '../api/types.ts';
import { lineOf } from './testing.ts';
import { isViewKey, sortLines, viewsOf } from './views.ts';

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
const counted = (me: string | null) =>
  Object.fromEntries(viewsOf(counts, teams, agents, me).map((view) => [view.key, view.count]));

describe('views', () => {
  test('count what they hold; only teams with someone waiting have a view', () => {
    expect(counted('camille')).toEqual({
      open: 14,
      mine: 3,
      queue: 3,
      'team:billing': 2,
      human: 4,
      bot: 7,
      resolved: 90,
    });
  });

  test('someone who is not an agent has no view of their own', () => {
    expect(Object.keys(counted(null))).not.toContain('mine');
  });

  test('what is closed leaves the open view and mine', () => {
    const views = viewsOf(counts, teams, agents, 'camille');
    const closed = lineOf({ status: 'resolved' });
    for (const key of ['open', 'mine']) {
      expect(views.find((view) => view.key === key)?.keep(closed)).toBe(false);
    }
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
