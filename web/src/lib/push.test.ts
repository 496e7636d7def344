import { expect, test } from 'vitest';
import { bytesOf, isPhone } from './push.ts';

test('a key is read as addresses write it', () => {
  expect([...bytesOf('BP8-_w')]).toEqual([4, 255, 62, 255]);
});

test('a phone is told from a computer', () => {
  const browser = (place: string, end: string) =>
    `Mozilla/5.0 (${place}) AppleWebKit/537.36 (KHTML, like Gecko) ${end}`;
  expect(isPhone(browser('Linux; Android 15; Pixel 9', 'Chrome/140.0 Mobile Safari/537.36'))).toBe(
    true,
  );
  expect(isPhone(browser('iPhone; CPU iPhone OS 18_5 like Mac OS X', 'Mobile/15E148'))).toBe(true);
  expect(isPhone(browser('Windows NT 10.0; Win64; x64', 'Chrome/140.0 Safari/537.36'))).toBe(false);
  expect(isPhone(browser('Macintosh; Intel Mac OS X 10_15_7', 'Version/18.5 Safari/605'))).toBe(
    false,
  );
});
