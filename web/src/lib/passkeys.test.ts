import { expect, test } from 'vitest';
import { bytesOf, passkeysMissing, textOf } from './passkeys.ts';

test.each([
  ['https:', 'relais.example', null],
  ['http:', 'localhost', null],
  ['http:', 'relais.example', 'http'],
  ['https:', '10.0.0.1', 'number'],
  ['http:', '127.0.0.1', 'number'],
  ['https:', '[::1]', 'number'],
])('at %s//%s what is missing is %s', (protocol, hostname, missing) => {
  expect(passkeysMissing({ protocol, hostname }, true)).toBe(missing);
});

test('an old browser says so', () => {
  expect(passkeysMissing({ protocol: 'https:', hostname: 'a.example' }, false)).toBe('browser');
});

test('bytes go there and back as base64url without padding', () => {
  const bytes = Uint8Array.from([251, 255, 0, 62, 63]);
  expect(textOf(bytes.buffer)).toBe('-_8APj8');
  expect(bytesOf('-_8APj8')).toEqual(bytes);
});
