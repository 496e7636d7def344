// Lists that are shown, kept up to date without reading them again: only what moved is asked for,
// with the list's own filter, so that the server says what belongs in it.
import type { InfiniteData, Query, QueryClient } from '@tanstack/react-query';
import { api, call } from '../api/client.ts';
import type { ListFilter } from '../api/queries.ts';
import type { ConversationLine } from '../api/types.ts';
import type { Sort } from './views.ts';

export interface Page {
  items: ConversationLine[];
  next_cursor: string | null;
}

type Pages = InfiniteData<Page, string>;
type List = Query<Pages>;

/** The server takes no more in one question. */
const AT_ONCE = 32;
/** A list in which more moved is read again: it costs what three questions do. */
const MOST = 3 * AT_ONCE;

/** Brings every list that is shown up to date on some conversations. */
export async function readMoved(client: QueryClient, ids: readonly string[]): Promise<void> {
  const lists = client.getQueryCache().findAll({ queryKey: ['conversations'], type: 'active' });
  await Promise.all(lists.map((list) => bring(client, list as List, ids)));
}

async function bring(client: QueryClient, list: List, ids: readonly string[]): Promise<void> {
  const readAgain = () => client.invalidateQueries({ queryKey: list.queryKey, exact: true });
  const filter = list.queryKey[1] as ListFilter | string;
  // A person's page lies beside the lists and is none.
  if (ids.length > MOST || typeof filter === 'string') return readAgain();
  if (hasWords(filter.q ?? '')) return seldom(list.queryHash, readAgain);
  // What is on its way may be older than what moved, and may not be written over it.
  await list.promise?.catch(() => undefined);
  try {
    const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, at) =>
      ids.slice(at * AT_ONCE, (at + 1) * AT_ONCE).join(),
    );
    const pages = await Promise.all(
      parts.map((part) =>
        call(api.GET('/api/v1/conversations', { params: { query: { ...filter, ids: part } } })),
      ),
    );
    const items = pages.flatMap((page) => page.items);
    client.setQueryData<Pages>(list.queryKey, (pages) =>
      pages ? withMoved(pages, ids, items, orderOf(filter)) : pages,
    );
  } catch {
    await readAgain();
  }
}

const WORDS_MS = 1_000;
const waiting = new Set<string>();

/** A search is read whole: once a second is enough. */
function seldom(name: string, read: () => Promise<void>): void {
  if (waiting.has(name)) return;
  waiting.add(name);
  setTimeout(() => {
    waiting.delete(name);
    void read();
  }, WORDS_MS);
}

const FILTER = /^(?:is|to|team|tier|tag|lang|reason|priority|before|after|sort):\S/;
const GOES_ON = /\bis:(?:open|held|bot|queued?|human|mine|answered|waiting)\b/;
const ENDED = /\bis:(?:resolved|closed)\b/;

/** Words are looked for in everything that was said: no line tells whether it has them. */
export function hasWords(q: string): boolean {
  const terms = q.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return terms.some((term) => !FILTER.test(term));
}

/** As the server sorts: what has ended, by time alone. */
export function orderOf({ q = '', sort }: ListFilter): Sort {
  return GOES_ON.test(q) && !ENDED.test(q) ? ((sort as Sort | undefined) ?? 'newest') : 'newest';
}

const FAR = Number.MAX_SAFE_INTEGER;

/** Smaller first. */
function rankOf(line: ConversationLine, order: Sort): number {
  const at = (time: string | null) => (time === null ? FAR - 1 : Date.parse(time));
  const isHeld = line.status === 'queued' || line.status === 'human';
  switch (order) {
    case 'newest':
      return 0;
    case 'due':
      return isHeld ? at(line.is_deferred ? null : line.reply_due_at) : FAR;
    case 'waiting':
      return at(line.waiting_since);
    case 'priority':
      return -['normal', 'high', 'urgent'].indexOf(line.priority);
  }
}

function compare(a: ConversationLine, b: ConversationLine, order: Sort): number {
  return (
    rankOf(a, order) - rankOf(b, order) ||
    Date.parse(b.last_message_at) - Date.parse(a.last_message_at) ||
    (a.id < b.id ? 1 : -1)
  );
}

/** `found` are those of the conversations that are in the list now. */
export function withMoved(
  pages: Pages,
  ids: readonly string[],
  found: readonly ConversationLine[],
  order: Sort,
): Pages {
  const moved = new Set(ids);
  const known = pages.pages.flatMap((page) => page.items);
  const hasMore = pages.pages.at(-1)?.next_cursor != null;
  const end = known.at(-1);
  // Behind the end of what is loaded comes a page that will be read when it is scrolled to.
  const isHere = (line: ConversationLine) =>
    !hasMore || end === undefined || line.id === end.id || compare(line, end, order) < 0;
  const lines = known.filter((line) => !moved.has(line.id));
  for (const line of found.filter(isHere)) {
    const at = lines.findIndex((other) => compare(line, other, order) < 0);
    lines.splice(at < 0 ? lines.length : at, 0, line);
  }
  let from = 0;
  const last = pages.pages.length - 1;
  return {
    ...pages,
    pages: pages.pages.map((page, index) => {
      const items = lines.slice(from, index === last ? undefined : from + page.items.length);
      from += items.length;
      return { ...page, items };
    }),
  };
}
