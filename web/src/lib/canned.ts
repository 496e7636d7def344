// Ready texts with their variables: `{name}`, `{order:votre commande}`. Values are data: what a value
// contains is never read as a variable.
import type { Template as Listed } from '../api/types.ts';

type Template = Pick<Listed, 'name' | 'language' | 'body' | 'places'>;

const VARIABLE = /\{([a-z_.]+)(?::([^{}]*))?\}/g;
/** The server takes whatever stands in braces for a place of a template. */
const PLACE = /\{([^}:]*)(?::([^}]*))?\}/g;
/** Longest value of a place, in characters. */
export const LONGEST_VALUE = 200;
/** Longest template with its values, in characters. */
export const LONGEST_TEMPLATE = 1024;

export type Values = Readonly<Record<string, string | undefined>>;

export interface Part {
  text: string;
  /** Set where a variable stood. */
  variable: { name: string; isKnown: boolean } | null;
}

export function partsOf(text: string, values: Values): Part[] {
  return split(text, values, VARIABLE);
}

export function templateParts(body: string, values: Values): Part[] {
  return split(body, values, PLACE);
}

/** What WhatsApp would refuse in a place of a template; the server refuses the same. */
export function faultOf(value: string): 'valueLayout' | 'valueLong' | null {
  const isBroken = /[\p{Cc}\u2028\u2029]/u.test(value) || / {4}/.test(value.trim());
  if (isBroken) return 'valueLayout';
  return [...value].length > LONGEST_VALUE ? 'valueLong' : null;
}

function split(text: string, values: Values, variable: RegExp): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(variable)) {
    const [whole, name = '', fallback] = match;
    if (match.index > at) parts.push({ text: text.slice(at, match.index), variable: null });
    const value = values[name]?.trim() || fallback;
    parts.push({ text: value || whole, variable: { name, isKnown: Boolean(value) } });
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), variable: null });
  return parts;
}

export function fill(text: string, values: Values): string {
  return partsOf(text, values)
    .map((part) => part.text)
    .join('');
}

/** The first variable that still waits for a value, as a range of the text. */
export function firstGap(text: string): { start: number; end: number; name: string } | null {
  VARIABLE.lastIndex = 0;
  const match = VARIABLE.exec(text);
  if (!match) return null;
  return { start: match.index, end: match.index + match[0].length, name: match[1] ?? '' };
}

/** Each template once, in the language it will go out in: the customer's, else the house's. */
export function templatesFor(
  templates: readonly Template[],
  language: string,
  house: string,
): Template[] {
  const best = new Map<string, Template>();
  const rank = (one: Template) => (one.language === language ? 2 : one.language === house ? 1 : 0);
  for (const one of templates) {
    const known = best.get(one.name);
    if (!known || rank(one) > rank(known)) best.set(one.name, one);
  }
  return [...best.values()];
}
