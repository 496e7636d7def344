// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSeen } from './seen.ts';

let stop = () => {};
beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  localStorage.clear();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const touch = async () => {
  dispatchEvent(new Event('keydown'));
  await vi.advanceTimersByTimeAsync(0);
};

test('whoever is there is told of once a minute at most, by all tabs together', async () => {
  const tell = vi.fn(async () => {});
  stop = startSeen(tell);
  await touch();
  expect(tell).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(59_000);
  await touch();
  expect(tell).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1_000);
  // Another tab has said it.
  localStorage.setItem('relais.seen', String(Date.now()));
  await touch();
  expect(tell).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell).toHaveBeenCalledTimes(1);
  await touch();
  expect(tell).toHaveBeenCalledTimes(2);
});

test('what could not be told is told with the next sign, and nothing after the end', async () => {
  const tell = vi.fn(async () => {});
  tell.mockRejectedValueOnce(new Error('offline'));
  stop = startSeen(tell);
  await vi.advanceTimersByTimeAsync(0);
  await touch();
  expect(tell).toHaveBeenCalledTimes(2);
  stop();
  await vi.advanceTimersByTimeAsync(120_000);
  await touch();
  expect(tell).toHaveBeenCalledTimes(2);
});

test('a clock that was put back silences nobody', async () => {
  const tell = vi.fn(async () => {});
  stop = startSeen(tell);
  await vi.advanceTimersByTimeAsync(0);
  vi.setSystemTime(Date.now() - 3_600_000);
  await touch();
  expect(tell).toHaveBeenCalledTimes(2);
});
