import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endingsNow, ends, endTogether, forgetEnding } from './endings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

const names = () => endingsNow().map((ending) => ending.name);

it('says each closing for its seconds, the last of two of the same', () => {
  ends('c1', 'Claire', 5);
  vi.advanceTimersByTime(3_000);
  ends('c2', 'Paul', 5);
  ends('c1', 'Claire', 5);
  expect(names()).toEqual(['Paul', 'Claire']);
  vi.advanceTimersByTime(2_000);
  expect(names()).toEqual(['Paul', 'Claire']);
  vi.advanceTimersByTime(3_000);
  expect(names()).toEqual([]);
});

it('is silent about what stays open', () => {
  ends('c1', 'Claire', 5);
  forgetEnding('c1');
  expect(names()).toEqual([]);
});

it('speaks once of several, without those that were kept open on their own', () => {
  ends('c1', 'Claire', 10);
  endTogether(['c1', 'c2', 'c3'], Date.now() + 5_000);
  expect(endingsNow().map((one) => [one.name, one.ids])).toEqual([[null, ['c1', 'c2', 'c3']]]);
  forgetEnding('c2');
  expect(endingsNow().map((one) => one.ids)).toEqual([['c1', 'c3']]);
  vi.advanceTimersByTime(5_000);
  expect(endingsNow()).toEqual([]);
});

it('says nothing of what nobody can take back any more', () => {
  endTogether(['c1'], Date.now() - 1);
  endTogether([], Date.now() + 5_000);
  expect(endingsNow()).toEqual([]);
});
