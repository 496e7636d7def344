import { expect, test } from 'vitest';
import { strengthOf } from './strength.ts';

test.each([
  ['court', 'weak'],
  ['Aa1!Aa1!Aa1', 'weak'],
  ['aaaaaaaaaaaaaaaaaaaa', 'fair'],
  ['motdepassesans', 'fair'],
  ['une phrase assez longue', 'strong'],
  ['Kp7$vQ2xLm9w', 'strong'],
  ['🔒🔑🧩🎈🚀🌊', 'weak'],
])('%s is %s', (password, expected) => {
  expect(strengthOf(password)).toBe(expected);
});
