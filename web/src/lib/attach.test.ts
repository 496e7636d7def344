import { expect, test } from 'vitest';
import { objection, takesCaption } from './attach.ts';

const MB = 1024 * 1024;
const of = (type: string, size: number) => objection({ type, size });

test.each([
  ['image/png', 5, null],
  ['image/png', 5.1, { kind: 'size', mb: 5 }],
  ['application/pdf', 20, null],
  ['application/pdf', 21, { kind: 'size', mb: 20 }],
  ['audio/ogg', 17, { kind: 'size', mb: 16 }],
  ['image/gif', 1, { kind: 'type' }],
  ['text/html', 1, { kind: 'type' }],
  ['', 1, { kind: 'type' }],
  ['image/png', 0, { kind: 'empty' }],
])('%s of %s MB', (type, mb, expected) => {
  expect(of(type, mb * MB)).toEqual(expected);
});

test('sound has no caption', () => {
  const upload = { id: 'u', name: 'x', size: 1, url: '', is_inline: true };
  expect(takesCaption({ ...upload, mime: 'audio/ogg' })).toBe(false);
  expect(takesCaption({ ...upload, mime: 'image/png' })).toBe(true);
});
