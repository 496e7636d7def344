import { describe, expect, test } from 'vitest';
import { changeOf, sparkline } from './change.ts';

describe('a change', () => {
  test('is good when a time falls and when a share of happy customers rises', () => {
    expect(changeOf({ value: 80, before: 100, kind: 'amount', better: 'less' })).toEqual({
      by: expect.closeTo(-0.2),
      look: 'good',
    });
    expect(changeOf({ value: 0.9, before: 0.8, kind: 'share', better: 'more' })).toEqual({
      by: expect.closeTo(0.1),
      look: 'good',
    });
    expect(changeOf({ value: 0.3, before: 0.2, kind: 'share', better: 'less' })?.look).toBe('bad');
  });

  test('of nothing is not shown, and a hair is none', () => {
    expect(changeOf({ value: 1, before: null, kind: 'share', better: 'more' })).toBeNull();
    expect(changeOf({ value: 5, before: 0, kind: 'amount', better: 'less' })).toBeNull();
    expect(changeOf({ value: 0.501, before: 0.5, kind: 'share', better: 'more' })?.look).toBe(
      'same',
    );
  });
});

test('a line leaves out days without a value and stays in its box', () => {
  const { points, top } = sparkline([0, null, 10], 100, 30);
  expect(top).toBe(10);
  expect(points).toEqual([
    { i: 0, x: 0, y: 28 },
    { i: 2, x: 100, y: 2 },
  ]);
  expect(sparkline([null, null], 100, 30).points).toEqual([]);
});
