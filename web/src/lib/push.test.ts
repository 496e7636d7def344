import { expect, test } from 'vitest';
import { bytesOf } from './push.ts';

test('a key is read as addresses write it', () => {
  expect([...bytesOf('BP8-_w')]).toEqual([4, 255, 62, 255]);
});
