import { expect, test } from 'vitest';
import { isQuiet } from './quiet.ts';

test('quiet is from the first moment of a stretch until its end', () => {
  const night = { from: '2027-03-01T18:00:00Z', until: '2027-03-02T07:00:00Z' };
  const at = (text: string) => isQuiet([night], Date.parse(text));
  expect(at('2027-03-01T17:59:59Z')).toBe(false);
  expect(at('2027-03-01T18:00:00Z')).toBe(true);
  expect(at('2027-03-02T06:59:59Z')).toBe(true);
  expect(at('2027-03-02T07:00:00Z')).toBe(false);
  expect(isQuiet([], 0)).toBe(false);
});
