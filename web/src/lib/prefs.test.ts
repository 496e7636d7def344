import { expect, test } from 'vitest';
import { pickLanguage } from './prefs.ts';

test.each([
  ['en', ['fr-FR'], 'en'],
  [null, ['de-DE', 'en-GB', 'fr'], 'en'],
  [null, ['ar-EG', 'en'], 'ar'],
  [null, ['pt-BR'], 'pt'],
  [null, ['FR-ca'], 'fr'],
  [null, ['de'], 'fr'],
  ['xx', ['en'], 'en'],
  [null, [], 'fr'],
])('saved %s, browser %j → %s', (saved, wishes, expected) => {
  expect(pickLanguage(saved, wishes)).toBe(expected);
});
