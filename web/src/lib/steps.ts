// What a step of the flow is called: its id is a word of whoever wrote the files.
import type { Flow, FlowNode } from '../api/types.ts';
import type { Translate } from './i18n.ts';
import { humanise } from './text.ts';

export function kindName(t: Translate, kind: string): string {
  const key = `flow.kind.${kind}`;
  return t.has(key) ? t(key) : humanise(kind);
}

/** The text in the reader's language, else in English, else in any. */
export function inLanguage(of: Readonly<Record<string, string>>, locale: string): string | null {
  return of[locale] ?? of.en ?? Object.values(of)[0] ?? null;
}

/** What a step does to the conversation, whatever it says: "Question", "Hand-off: anger". */
export function actOf(t: Translate, { kind, detail }: FlowNode): string {
  const key = `flow.does.${kind}`;
  if (!t.has(key)) return kindName(t, kind);
  const reason = `reason.${detail}`;
  return t(key, { detail: t.has(reason) ? t(reason) : humanise(detail ?? '') });
}

/** The step as others point at it: by the first words it says, else by what it does. */
export function stepName(t: Translate, locale: string, node: FlowNode): string {
  return firstWords(locale, node) ?? actOf(t, node);
}

/** … of which only the id is at hand: a flow that is gone, or not here yet, has no better name. */
export function stepNames(t: Translate, locale: string, flow: Flow | undefined) {
  return (id: string) => {
    const node = flow?.nodes.find((one) => one.id === id);
    return node ? stepName(t, locale, node) : humanise(id);
  };
}

function firstWords(locale: string, node: FlowNode): string | null {
  const text = inLanguage(node.text, locale);
  return text === null ? null : opening(text);
}

/** The first sentence that says something: a greeting alone is none. */
function opening(text: string): string {
  const sentences = text.match(/[^.!?؟\n]+[.!?؟]*/g)?.map((one) => one.trim()) ?? [];
  const saysIt = (one: string) =>
    /[?؟]/.test(one) || one.split(/\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part)).length > 2;
  return sentences.find(saysIt) ?? text.trim();
}
