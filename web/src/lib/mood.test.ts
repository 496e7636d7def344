import { expect, test } from 'vitest';
import { lineOf, moodOf } from './mood.ts';
import { eventOf } from './testing.ts';

const weighed = (score: number, fired = false) =>
  eventOf({
    trace: {
      rules: [{ rule: 'sentiment', score, threshold: 0.5, fired, quotes: [] }],
      winner: null,
      node: null,
      walked: [],
    },
  });

test('nothing was weighed, nothing is said', () => {
  expect(moodOf([eventOf({})])).toBeNull();
});

test.each([
  [0.1, false, 'calm'],
  [0.25, false, 'tense'],
  [0.5, false, 'angry'],
  [0.3, true, 'angry'],
] as const)('%d: %s', (score, fired, now) => {
  expect(moodOf([weighed(0), weighed(score, fired)])?.now).toBe(now);
});

test('the line goes from the oldest to the newest, and down with good mood', () => {
  expect(moodOf([weighed(0), weighed(0.4), weighed(1)])?.points).toEqual([0, 0.4, 1]);
  expect(lineOf([0, 0.4, 1], 80, 10)).toBe('0.0,10.0 40.0,6.0 80.0,0.0');
  expect(lineOf([0.5], 80, 10)).toBe('0.0,5.0 80.0,5.0');
});

test('a long talk shows its end', () => {
  const many = Array.from({ length: 30 }, (_, i) => weighed(i / 100));
  expect(moodOf(many)?.points.at(0)).toBe(0.18);
  expect(moodOf(many)?.points).toHaveLength(12);
});
