import { describe, expect, test } from 'vitest';
import type { Article, Snippet } from '../api/types.ts';
import { articlePicks, snippetPicks, wishOf } from './pickers.ts';

describe('a wish', () => {
  test.each([
    ['/dou', { kind: 'snippet', query: 'dou', before: '' }],
    ['Bonjour /dou', { kind: 'snippet', query: 'dou', before: 'Bonjour ' }],
    ['??', { kind: 'article', query: '', before: '' }],
    ['Bonjour,\n??livraison suisse', { kind: 'article', query: 'livraison suisse' }],
  ])('%j is one', (text, expected) => {
    expect(wishOf(text)).toMatchObject(expected);
  });

  test.each(['', 'Bonjour', 'https://a.example/b', '1/2', 'Quoi ??? ', 'vraiment??', 'et/ou'])(
    '%j is none',
    (text) => expect(wishOf(text)).toBeNull(),
  );
});

const snippet = (shortcut: string, language: string, text = 'x'): Snippet => ({
  shortcut,
  language,
  text,
});

test('snippets of the customer’s language come first, then those that begin so', () => {
  const all = [snippet('dur', 'en'), snippet('redu', 'fr'), snippet('durée', 'fr', '{name} !')];
  const picks = snippetPicks(all, 'dU', 'fr', { name: 'Claire' });
  expect(picks.map((one) => one.head)).toEqual(['/durée', '/redu', '/dur']);
  expect(picks[0]?.insert).toBe('Claire !');
});

test('an article is found by its words without accents and answers in the customer’s language', () => {
  const article: Article = {
    id: 'FAQ-01',
    theme: 'livraison',
    question: { fr: 'Combien coûte la livraison ?', en: 'How much is delivery?' },
    also: {},
    answer: { fr: '4,90 €', en: '€4.90' },
    topic: null,
    next_step: null,
  };
  expect(articlePicks([article], 'coute livraison', 'en', 'fr')).toEqual([
    { key: 'FAQ-01', head: 'Combien coûte la livraison ?', text: '€4.90', insert: '€4.90' },
  ]);
  expect(articlePicks([article], 'retour', 'en', 'fr')).toEqual([]);
});
