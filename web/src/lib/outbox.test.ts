// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type Outbox = typeof import('./outbox.ts');

interface Sent {
  id: string;
  key: string | null;
  text: string;
}

const ok = () => Response.json({ result: 'ok' });
const problem = (status: number, slug: string) =>
  new Response(JSON.stringify({ type: `/problems/${slug}`, title: slug }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });

let outbox: Outbox;
let stop: () => void;
let sent: Sent[];
let answer: () => Response | Error;

/** As after a reload: the module anew, with what the tab has stored. */
async function load(user = 'camille') {
  vi.resetModules();
  outbox = await import('./outbox.ts');
  stop = outbox.startOutbox(new QueryClient(), user);
}

beforeEach(async () => {
  vi.useFakeTimers();
  sessionStorage.clear();
  sent = [];
  answer = ok;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const key = new Headers(init.headers).get('Idempotency-Key');
    const id = url.split('/').at(-2) ?? '';
    sent.push({ id, key, text: JSON.parse(String(init.body)).text });
    const reply = answer();
    if (reply instanceof Error) throw reply;
    return reply;
  });
  await load();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const write = (text: string, id = 'c1') => outbox.enqueue(id, { do: 'reply', text });
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const texts = () => sent.map((one) => one.text);
const offline = () => new TypeError('fetch failed');

test('messages leave in the order they were written, each under its own key', async () => {
  write('un');
  write('deux');
  await wait(0);
  expect(texts()).toEqual(['un', 'deux']);
  expect(new Set(sent.map((one) => one.key)).size).toBe(2);
  expect(outbox.pendingOf('c1')).toEqual([]);
});

test.each([
  ['no connection', offline],
  ['a server too busy', () => problem(503, 'overloaded')],
  ['too many at once', () => problem(429, 'too_many_requests')],
])('after %s all go out in order, the first under the key it was tried with', async (_, fault) => {
  answer = fault;
  write('un');
  write('deux');
  await wait(0);
  expect(texts()).toEqual(['un']);
  const [tried] = sent.splice(0);
  answer = ok;
  await wait(3_000);
  expect(texts()).toEqual(['un', 'deux']);
  expect(sent[0]?.key).toBe(tried?.key);
  expect(outbox.pendingOf('c1')).toEqual([]);
});

test('what waits goes out also when nobody looks at its conversation any more', async () => {
  answer = offline;
  write('à Claire', 'c1');
  write('à Paul', 'c2');
  await wait(0);
  sent = [];
  answer = ok;
  window.dispatchEvent(new Event('online'));
  await wait(0);
  expect(sent.map((one) => one.id).sort()).toEqual(['c1', 'c2']);
});

test('a reload loses nothing and sends nothing twice', async () => {
  answer = offline;
  write('un');
  write('deux');
  await wait(0);
  const [tried] = sent.splice(0);
  stop();
  answer = ok;
  await load();
  await wait(0);
  expect(texts()).toEqual(['un', 'deux']);
  expect(sent[0]?.key).toBe(tried?.key);
  expect(outbox.pendingOf('c1')).toEqual([]);
});

test('a refused message stays, with the reason, and does not hold up the next', async () => {
  const answers = [problem(422, 'window_closed')];
  answer = () => answers.shift() ?? ok();
  write('trop tard');
  write('ensuite');
  await wait(10_000);
  expect(texts()).toEqual(['trop tard', 'ensuite']);
  expect(outbox.pendingOf('c1')).toHaveLength(1);
  expect(outbox.pendingOf('c1')[0]).toMatchObject({
    state: 'failed',
    error: { slug: 'window_closed' },
  });
});

test('signing out leaves nothing for the next person', async () => {
  answer = offline;
  write('un');
  await wait(0);
  sent = [];
  outbox.forgetOutbox();
  answer = ok;
  await wait(10_000);
  expect(sent).toEqual([]);
});

test('nor does a session that ended by itself', async () => {
  answer = offline;
  write('un');
  sessionStorage.setItem('relais.draft.reply.c1', 'à moitié');
  await wait(0);
  stop();
  sent = [];
  answer = ok;
  await load('marc');
  await wait(10_000);
  expect(sent).toEqual([]);
  expect(sessionStorage.getItem('relais.draft.reply.c1')).toBeNull();
});
