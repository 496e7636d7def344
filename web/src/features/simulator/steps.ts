import type { Conversation, ConversationLine } from '../../api/types.ts';

export type Step = 1 | 2 | 3 | 4 | 5;

/** Where the guided trial stands, from the state of the conversation and never from clicks. */
export function stepOf(line: ConversationLine | null, detail: Conversation | null): Step {
  if (line === null) return 1;
  switch (line.status) {
    case 'bot':
      return 1;
    case 'queued':
      return 2;
    case 'human':
      return 3;
    case 'resolved':
      return detail?.csat == null ? 4 : 5;
  }
}
