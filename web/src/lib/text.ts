// Small helpers on what people wrote.

/** Two letters for an avatar; digits only when there is no letter. */
export function initials(name: string): string {
  const words = name.match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
  const first = words[0];
  if (!first) return name.replace(/\D/g, '').slice(-2) || '?';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return `${[...first][0] ?? ''}${last ? ([...last][0] ?? '') : ''}`.toLocaleUpperCase();
}

export function firstName(name: string): string {
  const words = name.trim().split(/\s+/);
  // "Client 4821" is one name.
  return words[1] !== undefined && /^\d/.test(words[1]) ? name.trim() : (words[0] ?? name);
}

/** A stable tint among `count` for one of our people. */
export function tintOf(key: string, count: number): number {
  let hash = 0;
  for (const char of key) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash % count;
}

/** How a rule looks: delicate topics have their own colour, moods and wishes wait, the rest is plain. */
export function toneOf(rule: string): 'sens' | 'warn' | 'plain' {
  if (/^(sensitive|safety|distress|emergency)\b/.test(rule)) return 'sens';
  if (/^(sentiment|keyword|failures|manual|vip|hours)\b/.test(rule)) return 'warn';
  return 'plain';
}

export interface Mark {
  start: number;
  end: number;
  rule: string;
  fired: boolean;
}

export interface Piece {
  at: number;
  text: string;
  mark: Mark | null;
}

/** Cuts a text at its marks. Overlaps keep the first; bounds outside the text are dropped. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const sorted = [...marks].sort(
    (a, b) => a.start - b.start || Number(b.fired) - Number(a.fired) || b.end - a.end,
  );
  const out: Piece[] = [];
  let at = 0;
  for (const mark of sorted) {
    if (mark.start < at || mark.end <= mark.start || mark.end > text.length) continue;
    if (mark.start > at) out.push({ at, text: text.slice(at, mark.start), mark: null });
    out.push({ at: mark.start, text: text.slice(mark.start, mark.end), mark });
    at = mark.end;
  }
  if (at < text.length) out.push({ at, text: text.slice(at), mark: null });
  return out;
}

/** No line ends between a number and its sign: "219 €". As long as before. */
export function keepPrices(text: string): string {
  return text.replace(/(\d) (?=[€$£%])/g, '$1\u00a0');
}

/** Where a quote stands in a text. Offsets are code points and may belong to another text. */
export function locate(
  text: string,
  quote: { start: number; end: number; text: string },
): { start: number; end: number } | null {
  if (quote.text === '') return null;
  const points = [...text];
  if (points.slice(quote.start, quote.end).join('') === quote.text) {
    const start = points.slice(0, quote.start).join('').length;
    return { start, end: start + quote.text.length };
  }
  const start = text.indexOf(quote.text);
  return start < 0 ? null : { start, end: start + quote.text.length };
}

/** `double_billing` → `Double billing`: only for words we have no translation of. */
export function humanise(slug: string): string {
  const words = slug.replace(/[_.:/-]+/g, ' ').trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** Same person? Numbers may be masked or spaced. */
export function samePhone(a: string, b: string): boolean {
  const digits = (value: string) => value.replace(/[^\d•*]/g, '').replace(/\*/g, '•');
  const left = digits(a);
  const right = digits(b);
  if (left.length !== right.length || left === '') return false;
  return [...left].every((char, i) => char === right[i] || char === '•' || right[i] === '•');
}

/** Lower case without accents, for searching. */
export function fold(value: string): string {
  return value.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** +33639980107 → +33 6 39 98 01 07; masked digits stay where they are. */
export function formatPhone(phone: string): string {
  if (!/^\+[\d•*]+$/.test(phone)) return phone;
  const french = /^\+33(.)(..)(..)(..)(..)$/.exec(phone);
  if (french) return `+33 ${french.slice(1).join(' ')}`;
  const head =
    /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/.exec(phone)?.[0] ?? '+';
  const rest = phone.slice(head.length);
  return `${head} ${rest.replace(/(...)(?=..)/g, '$1 ')}`.trim();
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Where the words run one way and then the other to the end: both parts. Else all, and nothing. */
export function twoRuns(text: string): [string, string] {
  const words = text.match(/\S+\s*/g) ?? [];
  const ways = words.map((word) =>
    RIGHT_TO_LEFT.test(word) ? 'rtl' : /\p{L}/u.test(word) ? 'ltr' : null,
  );
  const way = ways.find((one) => one !== null);
  const turn = ways.findIndex((one) => one !== null && one !== way);
  if (turn < 1 || ways.slice(turn).includes(way ?? null)) return [text, ''];
  return [words.slice(0, turn).join(''), words.slice(turn).join('')];
}
