// The facts the server sums up at a hand-off, one a line: the cause, the orders, the last words in
// guillemets, and perhaps a sentence of a model. The cause and the orders have places of their own.
import type { Conversation } from '../api/types.ts';
import { keepPrices } from './text.ts';

export interface Summary {
  /** What it is about, in one breath; null when nothing was said. */
  ask: string | null;
  /** What is known of each order. */
  orders: Map<string, string>;
}

type Source = Pick<Conversation, 'summary' | 'orders' | 'reasons' | 'reason'>;

export function summaryOf({ summary, orders, reasons, reason }: Source): Summary {
  const known = new Map<string, string>();
  const said: string[] = [];
  let quoted: string | null = null;
  const causes = [reason, ...reasons].filter((one) => one !== null);
  for (const line of (summary ?? '').split('\n').map((text) => text.trim())) {
    const order = orders.find((one) => line === one || line.startsWith(`${one}: `));
    const isCause = causes.some((one) => line === one || line.startsWith(`${one} · `));
    if (order !== undefined) known.set(order, line.slice(order.length + 2));
    // A digit or an "ok" says nothing of the matter.
    else if (/^«.*»$/s.test(line)) quoted = /\p{L}{3}/u.test(line) ? kept(line) : null;
    else if (line !== '' && !isCause) said.push(line);
  }
  const ask = said.join(' ') || quoted;
  return { ask: ask === null ? null : keepPrices(ask), orders: known };
}

/** A guillemet never stands alone on a line. */
function kept(line: string): string {
  return line.replace(/^«\s*/, '«\u00a0').replace(/\s*»$/, '\u00a0»');
}
