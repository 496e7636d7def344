// Builders for the tests: a valid value of the API, with what the test is about laid over it.
import type { ConversationLine, Message, ThreadEvent, Trace } from '../api/types.ts';

export function lineOf(patch: Partial<ConversationLine> = {}): ConversationLine {
  return {
    id: 'c1',
    number: 1,
    contact: { id: 'k1', name: 'Claire Dubois', phone: '+33639980101' },
    status: 'bot',
    assignee: null,
    team: null,
    tier: null,
    priority: 'normal',
    is_vip: false,
    is_deferred: false,
    reason: null,
    language: 'fr',
    last_words: null,
    preview: '',
    preview_by: null,
    unread: 0,
    last_message_at: '2026-11-17T10:00:00Z',
    waiting_since: null,
    reply_due_at: null,
    window_closes_at: null,
    is_sample: false,
    is_imported: false,
    tags: [],
    is_snoozed: false,
    snoozed_until: null,
    ends_at: null,
    mentions_me: false,
    ...patch,
  };
}

let position = 0;

export function eventOf(patch: Partial<ThreadEvent> = {}): ThreadEvent {
  position += 1;
  return {
    position,
    at: '2026-11-17T10:00:00Z',
    kind: 'message_received',
    by: 'customer',
    author: null,
    message: null,
    sent_at: null,
    is_late: false,
    note: null,
    change: null,
    trace: null,
    ...patch,
  };
}

export function messageOf(text: string, patch: Partial<Message> = {}): Message {
  return {
    id: `m-${text}`,
    type: 'text',
    text,
    buttons: null,
    media: null,
    delivery: null,
    error: null,
    error_code: null,
    leaves_at: null,
    part_of: null,
    ...patch,
  };
}

export function traceOf(rule: string, quote: string, start: number): Trace {
  return {
    rules: [
      {
        rule,
        score: 1,
        threshold: 0.5,
        fired: true,
        quotes: [{ start, end: start + [...quote].length, text: quote }],
      },
    ],
    winner: rule,
    node: null,
    walked: [],
  };
}
