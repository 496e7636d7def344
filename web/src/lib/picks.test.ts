import { expect, test } from 'vitest';
import { toggled } from './picks.ts';

const order = ['a', 'b', 'c', 'd'];

test('one row is chosen and dropped again', () => {
  const once = toggled(new Set(), order, 'b', null);
  expect([...once]).toEqual(['b']);
  expect([...toggled(once, order, 'b', null)]).toEqual([]);
});

test('a range goes both ways and keeps what was chosen', () => {
  expect([...toggled(new Set(['a']), order, 'd', 'b')].sort()).toEqual(['a', 'b', 'c', 'd']);
  expect([...toggled(new Set(), order, 'a', 'c')].sort()).toEqual(['a', 'b', 'c']);
});

test('a row that has left the list is no beginning of a range', () => {
  expect([...toggled(new Set(), order, 'c', 'gone')]).toEqual(['c']);
});
