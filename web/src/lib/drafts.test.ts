// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from 'vitest';
import { forgetDrafts, readDraft, writeDraft } from './drafts.ts';

beforeEach(() => sessionStorage.clear());

test('a draft is kept per conversation and per mode', () => {
  writeDraft('a', 'reply', 'Bonjour');
  writeDraft('a', 'note', 'interne');
  expect(readDraft('a', 'reply')).toBe('Bonjour');
  expect(readDraft('a', 'note')).toBe('interne');
  expect(readDraft('b', 'reply')).toBe('');
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
