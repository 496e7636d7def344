import { expect, test } from 'vitest';
import { browserName } from './browser-name.ts';

test('browsers that call themselves by many names have one', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
  expect(browserName(chrome)).toBe('Chrome · Windows');
  expect(browserName(`${chrome} Edg/140.0`)).toBe('Edge · Windows');
  expect(browserName('curl/8.1')).toBe('');
});
