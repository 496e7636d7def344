import { describe, expect, test } from 'vitest';
import type { Macro } from '../api/types.ts';
import { actsOf, macrosFor, replyOf } from './macros.ts';

const empty: Macro = {
  name: 'Retard',
  shortcut: 'retard',
  reply: {},
  note: null,
  tags: [],
  priority: null,
  team: null,
  agent: null,
  snooze_hours: null,
  resolve: null,
};
const at = { reply: null, seen: 7, me: 'nadia', now: Date.parse('2026-11-26T08:00:00Z') };

describe('a macro', () => {
  test('comes to its acts in the order they are done', () => {
    const macro: Macro = {
      ...empty,
      note: 'Vu',
      tags: ['retard', 'colis'],
      priority: 'high',
      agent: 'me',
      snooze_hours: 24,
    };
    expect(actsOf(macro, { ...at, reply: ' Bonjour ' })).toEqual([
      { do: 'reply', text: 'Bonjour', seen: 7 },
      { do: 'note', text: 'Vu' },
      { do: 'tag', tag: 'retard' },
      { do: 'tag', tag: 'colis' },
      { do: 'prioritise', priority: 'high' },
      { do: 'assign', to: 'nadia' },
      { do: 'snooze', until: '2026-11-27T08:00:00.000Z' },
    ]);
  });

  test('put aside for no hours waits for the customer', () => {
    expect(actsOf({ ...empty, snooze_hours: 0 }, at)).toEqual([{ do: 'snooze' }]);
  });

  test('passes on, then closes', () => {
    expect(actsOf({ ...empty, team: 'billing', resolve: 'solved' }, at)).toEqual([
      { do: 'transfer', team: 'billing' },
      { do: 'resolve', reason: 'solved' },
    ]);
  });

  test('speaks the language of the customer, else of the house', () => {
    const macro = { ...empty, reply: { fr: 'Bonjour {name}', en: 'Hello {name}' } };
    expect(replyOf(macro, 'en', 'fr', { name: 'Claire' })).toBe('Hello Claire');
    expect(replyOf(macro, 'de', 'fr', { name: 'Claire' })).toBe('Bonjour Claire');
    expect(replyOf(macro, 'fr', 'fr', {})).toBe('Bonjour {name}');
    expect(replyOf(empty, 'fr', 'fr', {})).toBeNull();
  });

  test('is called up by the beginning of its shortcut first', () => {
    const all = ['a-ret', 'retour', 'autre'].map((shortcut) => ({ ...empty, name: '', shortcut }));
    expect(macrosFor(all, 'rét').map((one) => one.shortcut)).toEqual(['retour', 'a-ret']);
  });
});
