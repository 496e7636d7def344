import { expect, test } from 'vitest';
import type { Message, ThreadEvent } from '../api/types.ts';
import { heldReply } from './held.ts';
import { eventOf, messageOf } from './testing.ts';

const UNTIL = '2026-11-27T09:00:05Z';
const reply = (id: string, patch: Partial<Message> = {}, author = 'Camille'): ThreadEvent =>
  eventOf({
    kind: 'message_sent',
    by: 'agent',
    author,
    message: { ...messageOf(''), id, leaves_at: UNTIL, ...patch },
  });
const media = (filename: string) =>
  ({ kind: 'document', filename, mime: 'application/pdf' }) as unknown as Message['media'];
const whole = [
  reply('0', { text: 'avant' }),
  reply('a', { text: 'Les deux pages.' }),
  reply('b', { part_of: 'a', media: media('un.pdf') }),
  reply('c', { part_of: 'a', media: media('deux.pdf') }),
];

test('a text and its files are one send, with what belongs to it and nothing before', () => {
  const held = heldReply(whole, 'Camille');
  expect(held).toMatchObject({ message: 'c', text: 'Les deux pages.', until: Date.parse(UNTIL) });
  expect(held?.files.map((file) => file.filename)).toEqual(['un.pdf', 'deux.pdf']);
});

test('what a colleague sent, what has begun to leave and what was taken back is not held', () => {
  expect(heldReply(whole, 'Nadia')).toBeNull();
  expect(heldReply(whole.with(1, reply('a', { leaves_at: null })), 'Camille')).toBeNull();
  const back = eventOf({ kind: 'message_taken_back', by: 'agent', change: { message: 'c' } });
  expect(heldReply([...whole, back], 'Camille')).toBeNull();
  expect(heldReply([], 'Camille')).toBeNull();
});
