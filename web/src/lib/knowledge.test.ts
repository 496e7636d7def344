import { expect, test } from 'vitest';
import type { Knowledge } from '../api/types.ts';
import { emptyArticle, freshId, linesOf, nameIn } from './knowledge.ts';

const knowledge = (ids: string[]): Knowledge => ({
  version: 1,
  languages: ['fr', 'en'],
  themes: [{ key: 'livraison', title: { fr: 'Livraison' } }],
  articles: ids.map((id) => ({
    id,
    theme: 'livraison',
    question: {},
    also: {},
    answer: {},
    topic: null,
    next_step: null,
  })),
});

test('a new article goes on with the numbers there are', () => {
  expect(freshId(knowledge(['FAQ-01', 'FAQ-26', 'FAQ-07']))).toBe('FAQ-27');
  expect(freshId(knowledge(['FAQ-09']))).toBe('FAQ-10');
  expect(freshId(knowledge(['retours']))).toBe('article-1');
});

test('a gap becomes an article in the house’s language', () => {
  expect(emptyArticle(knowledge([]), 'Livrez-vous sur la Lune ?')).toMatchObject({
    theme: 'livraison',
    question: { fr: 'Livrez-vous sur la Lune ?' },
  });
  expect(emptyArticle(knowledge([]), '').question).toEqual({});
});

test('a text is shown in the nearest language', () => {
  expect(nameIn({ fr: 'a', en: 'b' }, 'fr')).toBe('a');
  expect(nameIn({ es: 'c', en: 'b' }, 'fr')).toBe('b');
  expect(nameIn({ es: 'c' }, 'fr')).toBe('c');
  expect(nameIn({}, 'fr')).toBeNull();
});

test('ways to ask are lines that say something', () => {
  expect(linesOf(' a \n\n b\n')).toEqual(['a', 'b']);
});
