// Macros: what agents often do, under one name. Here, what one comes to in a conversation; the server
// says whether it may be done, and does all of it or nothing.
import type { Action, Macro } from '../api/types.ts';
import { fill, type Values } from './canned.ts';
import { nameIn } from './knowledge.ts';
import { fold } from './text.ts';

const MOST = 4;
const HOUR_MS = 3_600_000;

/** The text for the customer, in their language, else in the house's; nothing where it has none. */
export function replyOf(macro: Macro, language: string, house: string, values: Values) {
  const text = macro.reply[language] ?? nameIn(macro.reply, house);
  return text === null ? null : fill(text, values);
}

/** What is done, in the order it is done. */
export function actsOf(
  macro: Macro,
  { reply, seen, me, now }: { reply: string | null; seen: number; me: string; now: number },
): Action[] {
  const acts: Action[] = [];
  if (reply !== null) acts.push({ do: 'reply', text: reply.trim(), seen });
  if (macro.note !== null) acts.push({ do: 'note', text: macro.note });
  for (const tag of macro.tags) acts.push({ do: 'tag', tag });
  if (macro.priority !== null) acts.push({ do: 'prioritise', priority: macro.priority });
  if (macro.agent !== null) {
    acts.push({ do: 'assign', to: macro.agent === 'me' ? me : macro.agent });
  }
  if (macro.team !== null) acts.push({ do: 'transfer', team: macro.team });
  if (macro.snooze_hours !== null) {
    const until = new Date(now + macro.snooze_hours * HOUR_MS).toISOString();
    acts.push({ do: 'snooze', ...(macro.snooze_hours > 0 ? { until } : {}) });
  }
  if (macro.resolve !== null) acts.push({ do: 'resolve', reason: macro.resolve });
  return acts;
}

/** Those a few letters call up, the nearest first. */
export function macrosFor(macros: readonly Macro[], query: string, most = MOST): Macro[] {
  const wanted = fold(query);
  const starts = (one: Macro) => Number(fold(one.shortcut).startsWith(wanted));
  return macros
    .filter((one) => fold(`${one.shortcut} ${one.name}`).includes(wanted))
    .sort((a, b) => starts(b) - starts(a))
    .slice(0, most);
}

const listeners = new Set<(shortcut: string) => void>();

/** The open conversation is asked to show a macro. */
export function callMacro(shortcut: string): void {
  for (const listener of listeners) listener(shortcut);
}

/** Who shows them: at most one conversation is open. */
export function onMacroCalled(listener: (shortcut: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
