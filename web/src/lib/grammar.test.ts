import { describe, expect, test } from 'vitest';
import { parseSearch } from './grammar.ts';
import { lineOf } from './testing.ts';

const now = Date.parse('2026-11-17T10:00:00Z');
const keeps = (text: string, patch: Parameters<typeof lineOf>[0]) =>
  parseSearch(text, 'ines').keep(lineOf(patch), now);

describe('a search', () => {
  test('sends to the server what it can filter, and the words', () => {
    expect(parseSearch('is:queue team:billing  débit "deux fois"', 'ines').filter).toEqual({
      status: 'queued',
      team: 'billing',
      q: 'débit deux fois',
    });
    expect(parseSearch('to:me is:human is:bot', 'ines').filter).toEqual({
      assignee: 'ines',
      status: 'human,bot',
    });
    expect(parseSearch('to:none', null).filter).toEqual({ assignee: 'none' });
  });

  test('reads a phone number as one word', () => {
    expect(parseSearch('+33 6 39 98 12 07', null).filter).toEqual({ q: '33639981207' });
    expect(parseSearch('06.39.98.12.07 is:open', null).filter.q).toBe('0639981207');
    expect(parseSearch('ML-2041', null).filter.q).toBe('ML-2041');
  });

  test('leaves out here what the server cannot', () => {
    expect(keeps('tier:3', { tier: 3 })).toBe(true);
    expect(keeps('tier:3', { tier: 2 })).toBe(false);
    expect(keeps('lang:ar is:vip', { language: 'ar', is_vip: true })).toBe(true);
    expect(keeps('lang:ar is:vip', { language: 'ar', is_vip: false })).toBe(false);
    expect(keeps('is:unread', { unread: 0 })).toBe(false);
    expect(keeps('before:2026-11-17', { last_message_at: '2026-11-16T12:00:00Z' })).toBe(true);
    expect(keeps('after:2026-11-17', { last_message_at: '2026-11-16T12:00:00Z' })).toBe(false);
  });

  test('takes what is no filter as words, and never fails', () => {
    expect(parseSearch('https://a.example is:nothing before:soon', null).filter).toEqual({
      q: 'https://a.example is:nothing before:soon',
    });
    expect(parseSearch('to:me', null).filter).toEqual({ q: 'to:me' });
    expect(parseSearch('"', null).filter).toEqual({ q: '"' });
    expect(parseSearch('  ', null)).toMatchObject({ filter: {}, terms: [] });
  });
});
