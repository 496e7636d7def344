// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Live, pause } from './live.ts';

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 1;
  constructor() {
    super();
    FakeSource.all.push(this);
  }
  close() {
    this.readyState = FakeSource.CLOSED;
  }
  say(type: string, data: unknown = {}) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

let read: string[];
let moved: string[];
let readMs: number;
let live: Live;
let stop: () => void;
const source = () => FakeSource.all.at(-1) as FakeSource;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  FakeSource.all = [];
  read = [];
  moved = [];
  readMs = 0;
  const client = new QueryClient();
  vi.spyOn(client, 'invalidateQueries').mockImplementation(async (filter) => {
    read.push(filter?.queryKey?.join('/') ?? 'everything');
  });
  live = new Live(client, async (_, ids) => {
    moved.push(ids.join(' '));
    await new Promise((done) => setTimeout(done, readMs));
  });
  stop = live.start();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a hint reads the conversation, its line and the counts, each once in a burst', () => {
  for (let i = 0; i < 5; i += 1) source().say('hint', { conversation: 'c1' });
  vi.advanceTimersByTime(2_000);
  const wanted = ['agents', 'conversation/c1', 'counts', 'events/c1'];
  expect(read.filter((key) => wanted.includes(key)).sort()).toEqual(wanted);
  expect(moved).toEqual(['c1']);
  expect(read).not.toContain('conversations');
});

test('in a busy time lines are read five times a second, counts every two, whole lists seldom', async () => {
  for (let i = 0; i < 500; i += 1) {
    source().say('hint', { conversation: `c${i % 7}` });
    await vi.advanceTimersByTimeAsync(20);
  }
  const times = (key: string) => read.filter((one) => one === key).length;
  expect(moved.length).toBeGreaterThan(40);
  expect(moved.length).toBeLessThan(55);
  expect(times('counts')).toBeLessThan(7);
  expect(times('agents')).toBeLessThan(4);
  expect(times('conversations')).toBe(0);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(times('conversations')).toBe(1);
});

test('a server that is slow is asked less often, and for everything that moved meanwhile', async () => {
  readMs = 400;
  for (let i = 0; i < 500; i += 1) {
    source().say('hint', { conversation: `c${i}` });
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(moved.length).toBeLessThan(15);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(new Set(moved.join(' ').split(' ')).size).toBe(500);
});

test('something moved out of sight: lists are read again, and nothing else', () => {
  source().say('counts');
  vi.advanceTimersByTime(1_000);
  expect(read).toContain('conversations');
  expect(read).not.toContain('everything');
});

test('told that lists moved, all is read, and not more than every three seconds', () => {
  for (let i = 0; i < 100; i += 1) {
    source().say('lists');
    vi.advanceTimersByTime(100);
  }
  const all = read.filter((key) => key === 'everything').length;
  expect(all).toBeGreaterThan(2);
  expect(all).toBeLessThan(6);
});

test('two conversations in one burst are both read', () => {
  source().say('hint', { conversation: 'c1' });
  source().say('hint', { conversation: 'c2' });
  vi.advanceTimersByTime(1_000);
  expect(read).toContain('events/c1');
  expect(read).toContain('events/c2');
});

test('a short drop is not told, a long one is, and everything is read when it is back', () => {
  source().say('open');
  source().say('error');
  vi.advanceTimersByTime(500);
  source().say('open');
  vi.advanceTimersByTime(5_000);
  expect(live.state).toBe('open');
  expect(read).toEqual([]);

  source().say('error');
  vi.advanceTimersByTime(5_000);
  expect(live.state).toBe('lost');
  source().say('open');
  expect(live.state).toBe('open');
  expect(read).toEqual(['everything']);
});

test('a stream the browser gave up on is opened again', () => {
  source().close();
  source().say('error');
  vi.advanceTimersByTime(10_000);
  expect(FakeSource.all.length).toBe(2);
});

test('a server that keeps refusing is asked less and less, but at least twice a minute', () => {
  expect(pause(0, 1)).toBe(1_000);
  expect(pause(3, 1)).toBe(8_000);
  expect(pause(50, 1)).toBe(30_000);
  expect(pause(3, 0)).toBe(4_000);
});

test('a hint that is not one is ignored', () => {
  source().say('hint', 'nonsense');
  source().say('hint', null);
  vi.advanceTimersByTime(1_000);
  expect(read).toEqual([]);
});
