// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  conflictOf,
  fetchDrafts,
  forgetDrafts,
  merge,
  readDraft,
  settleConflict,
  writeDraft,
} from './drafts.ts';

interface Put {
  mode: string;
  text: string;
  after: number;
}

let puts: Put[];
let answer: (put: Put) => Response;
const stored = (put: Put) => Response.json({ ...put, version: put.after + 1 });
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const draft = (text: string, version: number) => ({
  conversation: 'a',
  mode: 'reply',
  text,
  version,
  at: '2026-11-17T10:00:00Z',
});

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  forgetDrafts();
  puts = [];
  answer = stored;
  vi.stubGlobal('fetch', async (_: string, init?: RequestInit) => {
    if (init?.method !== 'PUT') return Response.json({ items: [] });
    const put = JSON.parse(String(init.body)) as Put;
    puts.push(put);
    return answer(put);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a draft is kept per conversation and per mode', () => {
  writeDraft('a', 'reply', 'Bonjour');
  writeDraft('a', 'note', 'interne');
  expect(readDraft('a', 'reply')).toBe('Bonjour');
  expect(readDraft('a', 'note')).toBe('interne');
  expect(readDraft('b', 'reply')).toBe('');
});

test('within a second the server has it, each time after the version before', async () => {
  writeDraft('a', 'reply', 'Bon');
  writeDraft('a', 'reply', 'Bonjour');
  await wait(1_000);
  writeDraft('a', 'reply', 'Bonjour Claire');
  await wait(1_000);
  writeDraft('a', 'reply', '');
  await wait(1_000);
  expect(puts.map((put) => [put.text, put.after])).toEqual([
    ['Bonjour', 0],
    ['Bonjour Claire', 1],
    ['', 2],
  ]);
});

test('what another device wrote is here, unless something else was begun here', () => {
  merge([draft('De mon téléphone', 3)]);
  expect(readDraft('a', 'reply')).toBe('De mon téléphone');
  writeDraft('a', 'reply', 'Autre chose');
  merge([draft('Du téléphone encore', 4)]);
  expect(readDraft('a', 'reply')).toBe('Autre chose');
  expect(conflictOf('a', 'reply')).toBe('Du téléphone encore');
});

test('a conflict ends with either text, and the next save follows the newest version', async () => {
  writeDraft('a', 'reply', 'Ici');
  merge([draft('Là-bas', 7)]);
  await wait(1_000);
  expect(puts).toEqual([]);
  settleConflict('a', 'reply', 'ours');
  await wait(10);
  expect(puts.map((put) => [put.text, put.after])).toEqual([['Ici', 7]]);
  merge([draft('Encore là-bas', 9)]);
  writeDraft('a', 'reply', 'x');
  merge([draft('Plus tard', 10)]);
  settleConflict('a', 'reply', 'theirs');
  expect(readDraft('a', 'reply')).toBe('Plus tard');
});

test('what was sent from another device is gone here too', async () => {
  merge([draft('Bonjour', 2)]);
  await fetchDrafts();
  expect(readDraft('a', 'reply')).toBe('');
});

test('without a connection it is saved again later', async () => {
  answer = () => new Response('{}', { status: 503 });
  writeDraft('a', 'reply', 'Bonjour');
  await wait(1_000);
  answer = stored;
  await wait(6_000);
  expect(puts).toHaveLength(2);
});

test('an emptied draft leaves nothing behind', () => {
  writeDraft('a', 'reply', 'Bonjour');
  writeDraft('a', 'reply', '');
  expect(sessionStorage.length).toBe(0);
});

test('signing out forgets every draft and nothing else', () => {
  sessionStorage.setItem('relais.simulator', '{}');
  writeDraft('a', 'reply', 'Bonjour');
  writeDraft('b', 'note', 'interne');
  forgetDrafts();
  expect(Object.keys(sessionStorage)).toEqual(['relais.simulator']);
});

test('a browser without storage still lets people write', () => {
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect(() => writeDraft('a', 'reply', 'Bonjour')).not.toThrow();
  full.mockRestore();
});
