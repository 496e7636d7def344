import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endingsNow, ends, forgetEnding } from './endings.ts';

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
