// What the customer told already, by kind: nobody has to ask for it again. Words stay in the thread;
// here is only that they are there.
import type { ThreadEvent } from '../api/types.ts';

export const KINDS = [
  'order',
  'amount',
  'date',
  'postcode',
  'email',
  'phone',
  'file',
  'voice',
] as const;
export type Kind = (typeof KINDS)[number];

const MONTHS = ['fr', 'en', 'es', 'pt', 'ar']
  .flatMap((language) => {
    const names = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
    return Array.from({ length: 12 }, (_, month) => names.format(Date.UTC(2027, month, 1)));
  })
  .map((name) => name.toLocaleLowerCase());

const DAY = String.raw`\d{1,2}(?:er|st|nd|rd|th)?`;
const WRITTEN = {
  amount:
    /(?:[€$£]|\b(?:eur|usd|gbp)\b)\s?\d|\d\s?(?:[€$£]|(?:eur|euros?|usd|dollars?|gbp|pounds?)\b|يورو|دولار|درهم)/iu,
  date: new RegExp(
    String.raw`\b\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b|\b\d{4}-\d{2}-\d{2}\b|\b${DAY}\s+(?:de\s+)?(?:${MONTHS.join('|')})(?!\p{L})|(?<!\p{L})(?:${MONTHS.join('|')})\s+${DAY}\b`,
    'iu',
  ),
  email: /[^\s@]+@[^\s@]+\.\p{L}{2,}/u,
  phone: /\+\d[\d\s().-]{7,}\d|\b0\d(?:[\s.-]?\d{2}){4}\b/,
} as const;

/** A bare answer that is a postcode; anywhere else five digits may be anything. */
const POSTCODE = /^\s*(?:\d{5}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|\d{4}-\d{3})\s*$/i;

export function saidOf(events: readonly ThreadEvent[], orders: readonly string[]): Kind[] {
  const found = new Set<Kind>(orders.length > 0 ? ['order'] : []);
  for (const { by, message } of events) {
    if (by !== 'customer' || message === null) continue;
    const kind = message.media?.kind ?? message.type;
    if (kind === 'audio' || kind === 'voice') found.add('voice');
    else if (['image', 'video', 'document'].includes(kind)) found.add('file');
    const text = message.text ?? '';
    for (const [name, pattern] of Object.entries(WRITTEN)) {
      if (pattern.test(text)) found.add(name as keyof typeof WRITTEN);
    }
    if (POSTCODE.test(text)) found.add('postcode');
  }
  return KINDS.filter((kind) => found.has(kind));
}
