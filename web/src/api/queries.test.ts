import { describe, expect, test } from 'vitest';
import { eventOf, messageOf } from '../lib/testing.ts';
import { mergeEvents, resumeAfter } from './queries.ts';

const at = (position: number, delivery?: 'sent' | 'read') =>
  eventOf({
    position,
    message: messageOf(String(position), delivery ? { delivery } : {}),
  });

describe('where a refetch starts', () => {
  test('after the last event known', () => {
    expect(resumeAfter([])).toBe(0);
    expect(resumeAfter([at(3), at(7, 'read')])).toBe(7);
  });

  test('before a message whose ticks can still move', () => {
    expect(resumeAfter([at(3), at(4, 'sent'), at(7, 'sent')])).toBe(3);
  });

  test('an old message that will never be read does not make it read the whole thread', () => {
    const old = [at(1, 'sent'), ...Array.from({ length: 60 }, (_, i) => at(10 + i))];
    expect(resumeAfter(old)).toBe(69);
  });
});

test('newer copies replace older ones and the order is the position', () => {
  const merged = mergeEvents([at(1), at(2, 'sent'), at(5)], [at(4), at(2, 'read')]);
  expect(merged.map((event) => event.position)).toEqual([1, 2, 4, 5]);
  expect(merged[1]?.message?.delivery).toBe('read');
});
