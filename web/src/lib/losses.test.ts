import { describe, expect, it } from 'vitest';
import { lossesOf } from './losses.ts';
import { eventOf, messageOf } from './testing.ts';

const heard = {
  heard_at: 4,
  is_pleased: false,
  last_words: 'Et alors ?',
  status: 'human',
} as const;
const nothing = { drafts: ['', '  '], files: 0 };
const said = (by: 'agent' | 'bot', position: number) =>
  eventOf({ by, position, message: messageOf('Bonjour') });

describe('what closing loses', () => {
  it('is nothing once an agent has answered, and nothing for thanks', () => {
    expect(lossesOf(heard, [said('agent', 5)], nothing)).toBeNull();
    expect(lossesOf({ ...heard, is_pleased: true }, [], nothing)).toBeNull();
  });

  it('is an answer where the customer wrote after it, or only the assistant spoke', () => {
    const lost = { unanswered: 'Et alors ?', draft: null, files: 0 };
    expect(lossesOf(heard, [said('agent', 3)], nothing)).toEqual(lost);
    expect(lossesOf(heard, [said('bot', 5)], nothing)).toEqual(lost);
    expect(lossesOf({ ...heard, status: 'bot' }, [said('bot', 5)], nothing)).toBeNull();
  });

  it('is what was written and not sent', () => {
    const unsent = { drafts: ['', 'à rappeler'], files: 2 };
    expect(lossesOf(heard, [said('agent', 5)], unsent)).toEqual({
      unanswered: null,
      draft: 'à rappeler',
      files: 2,
    });
  });
});
