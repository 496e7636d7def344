import { expect, test } from 'vitest';
import { looksAtIt, pageFor, wordsIn } from './wake.ts';

const page = (path: string, focused = false) => ({ url: `https://relais.example${path}`, focused });

test.each([
  ['fr-CA', 'fr'],
  ['AR', 'ar'],
  ['de', 'en'],
  ['', 'en'],
])('%s is told in %s', (language, expected) => {
  expect(wordsIn(language).lang).toBe(expected);
  expect(wordsIn(language).body).not.toBe('');
});

test('who looks at the app is not told twice', () => {
  expect(looksAtIt([page('/inbox'), page('/reports', true)])).toBe(true);
  expect(looksAtIt([page('/inbox')])).toBe(false);
  expect(looksAtIt([])).toBe(false);
});

test('the inbox comes to the front, else any page, else a new one', () => {
  const [flow, inbox] = [page('/flow'), page('/inbox/1')];
  expect(pageFor([flow, inbox])).toBe(inbox);
  expect(pageFor([flow])).toBe(flow);
  expect(pageFor([])).toBeUndefined();
});
