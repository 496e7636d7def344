import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../api/types.ts';
import { lineOf } from '../../lib/testing.ts';
import { freshNumber } from './persona.ts';
import { filledIn } from './phone-form.tsx';
import { stepOf } from './steps.ts';

test('a new customer has a number kept for fiction, above the numbers of the demo', () => {
  for (const random of [0, 1, 8_999, 9_000, 2 ** 32 - 1]) {
    const number = Number(freshNumber(random));
    expect(number).toBeGreaterThanOrEqual(1_000);
    expect(number).toBeLessThanOrEqual(9_999);
  }
});

test('a form tells what was filled in and leaves out what was not', () => {
  const field = (name: string) => ({ name, answer: 'text', is_optional: true });
  const form = { payload: '3|form|which', fields: [field('order'), field('mail'), field('words')] };
  const data = new FormData();
  data.set('order', ' ml 2041 ');
  data.set('mail', '  ');
  data.set('other', 'x');
  expect(filledIn(form, data)).toEqual({ text: 'order: ml 2041', answers: { order: 'ml 2041' } });
  expect(filledIn(form, new FormData())).toEqual({ text: '', answers: {} });
});

describe('the guided trial', () => {
  const rated = (csat: number | null) => ({ csat }) as Conversation;

  test.each([
    [null, null, 1],
    ['bot', null, 1],
    ['queued', null, 2],
    ['human', null, 3],
    ['resolved', rated(null), 4],
    ['resolved', rated(5), 5],
  ] as const)('%s is step %#', (status, detail, step) => {
    expect(stepOf(status === null ? null : lineOf({ status }), detail)).toBe(step);
  });
});
