import { expect, test } from 'vitest';
import { lineOf } from '../../lib/testing.ts';
import { steadyOrder } from './steady.ts';
import { rowsInSight } from './use-window.ts';

const lines = (...ids: string[]) => ids.map((id) => lineOf({ id }));
const ids = (order: readonly { id: string }[]) => order.map((line) => line.id).join(' ');

test('without the pointer the list has the order it should have', () => {
  const { order, fresh } = steadyOrder(null, lines('c', 'a', 'b'));
  expect(ids(order)).toBe('c a b');
  expect(fresh).toBe(0);
});

test('under the pointer no row moves: new ones are only counted', () => {
  const { order, fresh } = steadyOrder(['a', 'b', 'c'], lines('new', 'c', 'b', 'a', 'newer'));
  expect(ids(order)).toBe('a b c');
  expect(fresh).toBe(2);
});

test('rows that left are dropped and the others close up', () => {
  const { order, fresh } = steadyOrder(['a', 'b', 'c'], lines('c', 'a'));
  expect(ids(order)).toBe('a c');
  expect(fresh).toBe(0);
});

test('a held row shows its newest words', () => {
  const { order } = steadyOrder(['a'], [lineOf({ id: 'a', preview: 'plus tard' })]);
  expect(order[0]?.preview).toBe('plus tard');
});

test('only the rows in sight are drawn, with some to spare', () => {
  const sight = rowsInSight(7_600, 800, 76, 10_000);
  expect(sight.first).toBeLessThanOrEqual(100);
  expect(sight.last).toBeGreaterThanOrEqual(111);
  expect(sight.last - sight.first).toBeLessThan(40);
});

test('a list that shrank below the scroll position draws nothing outside of it', () => {
  expect(rowsInSight(7_600, 800, 76, 3)).toEqual({ first: 92, last: 92 });
  expect(rowsInSight(0, 800, 76, 0)).toEqual({ first: 0, last: 0 });
});
