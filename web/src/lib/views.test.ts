import { expect, test } from 'vitest';
import type { Agent, View } from '../api/types.ts';
import { isViewKey } from './view-key.ts';
import { shownViews, teamOf, viewOf } from './views.ts';

const view = (key: string, count: number | null): View => ({ ...viewOf(key), count });
const me: Agent = {
  key: 'camille',
  name: 'Camille Roy',
  teams: ['billing'],
  languages: ['fr'],
  availability: 'available',
  said: 'available',
  wraps_up_until: null,
  load: 3,
  capacity: 4,
};

test('queues of other teams are shown while somebody waits in them, ones own always', () => {
  const all = [view('open', 3), view('team:billing', 0), view('team:vip', 0), view('team:tech', 2)];
  expect(shownViews(all, me).map((one) => one.key)).toEqual(['open', 'team:billing', 'team:tech']);
  expect(shownViews(all, undefined).map((one) => one.key)).toEqual(['open', 'team:tech']);
});

test('an address names a view of the house, a team or one that somebody keeps', () => {
  for (const key of ['queue', 'mentions', 'team:moon', '01890000-0000-7000-8000-000000000000']) {
    expect(isViewKey(key)).toBe(true);
  }
  for (const key of ['nonsense', 'team:', '']) expect(isViewKey(key)).toBe(false);
});

test('the address of a team that is not shown still works', () => {
  expect(viewOf('team:moon').query).toBe('is:queue is:awake team:moon');
  expect(teamOf('team:moon', [])).toBe(null);
});
