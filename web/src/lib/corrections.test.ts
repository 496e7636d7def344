import { describe, expect, test } from 'vitest';
import type { Article, RuleTrace, Trace } from '../api/types.ts';
import { byMeant, correctionOf, givenBy, silencable } from './corrections.ts';

const article = (id: string, fr: string): Article => ({
  id,
  theme: 't',
  question: {},
  also: {},
  answer: { fr },
  topic: null,
  next_step: null,
});
const rule = (name: string, fired: boolean): RuleTrace => ({
  rule: name,
  fired,
  score: fired ? 1 : 0,
  threshold: 0.5,
  quotes: [],
});
const trace = (winner: string | null, ...rules: RuleTrace[]): Trace => ({
  rules,
  winner,
  node: null,
  walked: [],
});

describe('the article a turn answered with', () => {
  const all = [article('A', 'Oui, en 4 jours.'), article('B', ''), article('C', 'Non.')];
  test('is known by its words, also with more behind them', () => {
    expect(givenBy(all, ['Oui, en 4 jours. Autre chose ?'])?.id).toBe('A');
    expect(givenBy(all, ['Bonjour', ' Non. '])?.id).toBe('C');
  });
  test('an article without words is never the one', () => {
    expect(givenBy(all, ['Choisissez un sujet'])).toBeNull();
    expect(givenBy(all, [])).toBeNull();
  });
});

test('only an alarm can have rung falsely', () => {
  const refund = rule('sensitive:refund', true);
  expect(silencable(trace('sensitive', rule('keyword', false), refund))).toBe('sensitive:refund');
  expect(silencable(trace('keyword', rule('keyword', true)))).toBe('keyword');
  expect(silencable(trace('manual'))).toBeNull();
  expect(silencable(trace(null))).toBeNull();
});

test('a correction says which answer was wrong, which is right, or both', () => {
  expect(correctionOf('où ?', 'A', 'B')).toEqual({ asked: 'où ?', wrong: 'A', right: 'B' });
  expect(correctionOf('où ?', 'A', '')).toEqual({ asked: 'où ?', wrong: 'A' });
  expect(correctionOf('où ?', 'A', 'A')).toEqual({ asked: 'où ?', right: 'A' });
  expect(correctionOf('où ?', null, 'B')).toEqual({ asked: 'où ?', right: 'B' });
  expect(correctionOf('où ?', null, '')).toBeNull();
});

test('the article that is missed most comes first', () => {
  const groups = byMeant([{ meant: 'A' }, { meant: 'B' }, { meant: 'B' }]);
  expect(groups.map(([id, all]) => [id, all.length])).toEqual([
    ['B', 2],
    ['A', 1],
  ]);
});
