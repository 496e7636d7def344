import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hasWords, orderOf, type Page, readMoved, withMoved } from './lists.ts';
import { lineOf } from './testing.ts';

const at = (minute: number) => `2026-11-17T10:${String(minute).padStart(2, '0')}:00Z`;
const line = (id: string, minute: number, patch = {}) =>
  lineOf({ id, last_message_at: at(minute), ...patch });
const pagesOf = (...pages: Page[]) => ({ pages, pageParams: pages.map(() => '') });
const idsOf = (data: { pages: Page[] }) =>
  data.pages.map((page) => page.items.map((one) => one.id).join(' '));

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['is:open is:awake', false],
  ['team:"a b" tag:colis', false],
  ['', false],
  ['colis', true],
  ['is:open "charge double"', true],
  ['note:x', true],
])('%s: words to look for? %s', (q, wanted) => {
  expect(hasWords(q)).toBe(wanted);
});

test('what has ended is sorted by time alone, whatever is asked for', () => {
  expect(orderOf({ q: 'is:open is:awake', sort: 'due' })).toBe('due');
  expect(orderOf({ q: 'is:resolved', sort: 'due' })).toBe('newest');
  expect(orderOf({ q: 'is:mentioned', sort: 'due' })).toBe('newest');
});

describe('what moved', () => {
  const list = pagesOf({ items: [line('a', 9), line('b', 8), line('c', 7)], next_cursor: null });

  test('comes to its new place, leaves, and comes new', () => {
    const found = [line('c', 10), line('d', 8)];
    const after = withMoved(list, ['a', 'c', 'd'], found, 'newest');
    expect(idsOf(after)).toEqual(['c d b']);
  });

  test('the next reply that is due is first, the assistant’s last', () => {
    const held = (id: string, due: string | null) =>
      line(id, 1, { status: 'human', reply_due_at: due });
    const due = pagesOf({
      items: [held('a', at(20)), held('n', null), line('bot', 9)],
      next_cursor: null,
    });
    const found = [held('x', at(10)), held('y', at(30)), line('z', 10)];
    expect(idsOf(withMoved(due, ['x', 'y', 'z'], found, 'due'))).toEqual(['x a y n z bot']);
  });

  test('what belongs behind the end of what is loaded waits there', () => {
    const loaded = pagesOf(
      { items: [line('a', 9), line('b', 8)], next_cursor: '1' },
      { items: [line('c', 7)], next_cursor: '2' },
    );
    const after = withMoved(loaded, ['a', 'x'], [line('a', 3), line('x', 2)], 'newest');
    expect(idsOf(after)).toEqual(['b c', '']);
    expect(after.pages.at(-1)?.next_cursor).toBe('2');
  });
});

test('only lists that are shown ask, for those that moved and with their own filter', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(decodeURIComponent(address).replaceAll('+', ' '));
    return new Response(JSON.stringify({ items: [line('c2', 9)], next_cursor: null }), {
      headers: { 'content-type': 'application/json' },
    });
  });
  const client = new QueryClient();
  const pages = pagesOf({ items: [line('c1', 8)], next_cursor: null });
  const shown = ['conversations', { q: 'is:queue', sort: 'due' }];
  const hidden = ['conversations', { q: 'is:bot', sort: 'newest' }];
  for (const key of [shown, hidden]) client.setQueryData(key, pages);
  const observer = new QueryObserver(client, { queryKey: shown, enabled: false });
  const leave = observer.subscribe(() => undefined);
  await readMoved(client, ['c1', 'c2']);
  // One that is not asked for by itself is not shown either.
  expect(asked).toEqual([]);
  leave();
  const active = new QueryObserver(client, { queryKey: shown, staleTime: Infinity });
  const end = active.subscribe(() => undefined);
  await readMoved(client, ['c1', 'c2']);
  expect(asked).toEqual(['/api/v1/conversations?q=is:queue&sort=due&ids=c1,c2']);
  expect(idsOf(client.getQueryData(shown) as { pages: Page[] })).toEqual(['c2']);
  end();
});

test('many that moved are asked for in parts, and very many are the whole list', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    const ids = new URL(address, 'http://desk.test').searchParams.get('ids')?.split(',') ?? [];
    asked.push(ids.length === 0 ? 'all' : String(ids.length));
    const items = ids.map((id) => line(id, 9));
    return new Response(JSON.stringify({ items, next_cursor: null }), {
      headers: { 'content-type': 'application/json' },
    });
  });
  const client = new QueryClient();
  const key = ['conversations', { q: 'is:queue', sort: 'newest' }];
  client.setQueryData(key, pagesOf({ items: [], next_cursor: null }));
  const again = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
  const observer = new QueryObserver(client, { queryKey: key, staleTime: Infinity });
  const end = observer.subscribe(() => undefined);
  const ids = Array.from({ length: 70 }, (_, n) => `c${n}`);
  await readMoved(client, ids);
  expect(asked.sort()).toEqual(['32', '32', '6']);
  const read = client.getQueryData(key) as { pages: Page[] };
  expect(read.pages[0]?.items.length).toBe(70);
  expect(again).not.toHaveBeenCalled();
  await readMoved(
    client,
    Array.from({ length: 97 }, (_, n) => `c${n}`),
  );
  expect(asked.length).toBe(3);
  expect(again).toHaveBeenCalledOnce();
  end();
});
