import { expect, test } from 'vitest';
import { matches } from './match.ts';

test.each([
  ['', 'Clore', true],
  ['  ', 'Clore', true],
  ['rendre', 'Rendre à l’assistant', true],
  ['ass ren', 'Rendre à l’assistant', true],
  ['EQUIPE', 'Passer à une équipe', true],
  ['quipe', 'Passer à une équipe', false],
  ['clore xyz', 'Clore et passer à la suivante', false],
])('%j finds %s: %s', (query, label, expected) => {
  expect(matches(query, label)).toBe(expected);
});
