// What would be lost by closing a conversation now.
import type { Conversation, ThreadEvent } from '../api/types.ts';

export interface Losses {
  /** The customer's last words, where nobody has answered them. */
  unanswered: string | null;
  /** What was written and not sent. */
  draft: string | null;
  files: number;
}

/**
 * Nothing where nothing is lost. Thanks ask for no answer; what the assistant said answers only
 * what the assistant holds.
 */
export function lossesOf(
  conversation: Pick<Conversation, 'heard_at' | 'is_pleased' | 'last_words' | 'status'>,
  events: readonly ThreadEvent[],
  unsent: { drafts: readonly string[]; files: number },
): Losses | null {
  const answered = events.findLast(
    ({ by, message }) =>
      message !== null && (by === 'agent' || (by === 'bot' && conversation.status === 'bot')),
  );
  const waits = conversation.heard_at > (answered?.position ?? 0) && !conversation.is_pleased;
  const draft = unsent.drafts.find((one) => one.trim() !== '') ?? null;
  if (!waits && draft === null && unsent.files === 0) return null;
  return { unanswered: waits ? (conversation.last_words ?? '') : null, draft, files: unsent.files };
}
