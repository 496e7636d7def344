// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cancel, plan, planOf, run } from './plans.ts';

const act = { do: 'several' as const, acts: [{ do: 'take' as const }] };
const asked: { key: string | null; body: unknown }[] = [];
let answer = () =>
  new Response('{"result":"ok"}', { headers: { 'content-type': 'application/json' } });

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  answer = () =>
    new Response('{"result":"ok"}', { headers: { 'content-type': 'application/json' } });
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    const key = new Headers(init.headers).get('Idempotency-Key');
    asked.push({ key, body: JSON.parse(String(init.body)) });
    return answer();
  });
});

afterEach(() => {
  cancel('c1');
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('nothing is asked for before the time is over, then once', async () => {
  const onDone = vi.fn();
  plan('c1', 'Retard', act, 5, onDone);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked.map((one) => one.body)).toEqual([act]);
  expect(onDone).toHaveBeenCalledOnce();
  expect(planOf('c1')).toBeNull();
});

test('called off in time, nothing is ever asked for', async () => {
  plan('c1', 'Retard', act, 5, () => undefined);
  cancel('c1');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});

test('a page that closes does it at once', async () => {
  plan('c1', 'Retard', act, 10, () => undefined);
  dispatchEvent(new Event('pagehide'));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1);
});

test('what failed keeps its key, so that it is never done twice', async () => {
  answer = () => new Response('{"title":"x","type":"urn:x:stale"}', { status: 409 });
  plan('c1', 'Retard', act, 0, () => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(planOf('c1')?.state).toBe('failed');
  answer = () => new Response('{}');
  await run('c1');
  expect(asked[0]?.key).toBe(asked[1]?.key);
  expect(planOf('c1')).toBeNull();
});

test('another one for the same conversation lets the first go', async () => {
  plan('c1', 'Retard', act, 5, () => undefined);
  plan('c1', 'Merci', act, 5, () => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveLength(2);
});
