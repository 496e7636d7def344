// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Attendance } from './presence.ts';

let said: string[];
beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    said.push(JSON.parse(String(init.body)).doing);
    return new Response(null, { status: 204 });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('reading is said at once and again, writing with the first key, leaving at the end', async () => {
  const attendance = new Attendance('c1');
  await wait(0);
  expect(said).toEqual(['reading']);
  attendance.writes();
  attendance.writes();
  await wait(0);
  expect(said).toEqual(['reading', 'writing']);
  await wait(10_000);
  expect(said.at(-1)).toBe('writing');
  await wait(20_000);
  expect(said.at(-1)).toBe('reading');
  attendance.leave();
  const before = said.length;
  await wait(60_000);
  expect(said.slice(before - 1)).toEqual(['gone']);
});

test('a message that was sent lays the pen down', async () => {
  const attendance = new Attendance('c1');
  attendance.writes();
  attendance.stopsWriting();
  await wait(0);
  expect(said).toEqual(['reading', 'writing', 'reading']);
  attendance.leave();
});
