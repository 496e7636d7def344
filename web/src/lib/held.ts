// A send that the server holds for some seconds more, so that its author can take it back.
import type { ThreadEvent } from '../api/types.ts';
import type { SentFile } from './attach.ts';

export interface HeldReply {
  /** Its last message: the way back stands below it. */
  message: string;
  text: string;
  files: readonly SentFile[];
  until: number;
}

/** The last send, if it is this person's and waits whole. */
export function heldReply(events: readonly ThreadEvent[], me: string | null): HeldReply | null {
  const said = events.filter((event) => event.by === 'agent' && event.message !== null);
  const last = said.at(-1);
  if (!last?.message || last.author !== me) return null;
  const first = last.message.part_of ?? last.message.id;
  const messages = said.flatMap(({ message }) =>
    message && (message.id === first || message.part_of === first) ? message : [],
  );
  const leave = messages.map((message) => Date.parse(message.leaves_at ?? ''));
  const isGone = events.some(
    (event) => event.kind === 'message_taken_back' && event.change?.message === last.message?.id,
  );
  if (isGone || leave.some(Number.isNaN)) return null;
  return {
    message: last.message.id,
    text: messages
      .map((message) => message.text ?? '')
      .filter((text) => text !== '')
      .join('\n'),
    files: messages.flatMap((message) => message.media ?? []),
    until: Math.min(...leave),
  };
}
