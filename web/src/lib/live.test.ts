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
let live: Live;
let stop: () => void;
const source = () => FakeSource.all.at(-1) as FakeSource;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  FakeSource.all = [];
  read = [];
  const client = new QueryClient();
  vi.spyOn(client, 'invalidateQueries').mockImplementation(async (filter) => {
    read.push(filter?.queryKey?.join('/') ?? 'everything');
  });
  live = new Live(client);
  stop = live.start();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a hint reads the conversation, the lists and the counts, each once in a burst', () => {
  for (let i = 0; i < 5; i += 1) source().say('hint', { conversation: 'c1' });
  vi.advanceTimersByTime(1_000);
  const wanted = ['agents', 'conversation/c1', 'conversations', 'counts', 'events/c1'];
  expect(read.filter((key) => wanted.includes(key)).sort()).toEqual(wanted);
});

test('a word on the counts that no hint explains means that hints were lost: all is read', () => {
  source().say('hint', { conversation: 'c1' });
  source().say('counts');
  expect(read).not.toContain('everything');
  source().say('counts');
  expect(read).toContain('everything');
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
