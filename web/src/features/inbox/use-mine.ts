import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { conversationsQuery } from '../../api/queries.ts';

const MINE = { q: 'is:mine is:awake', sort: 'due' } as const;

/** `Alt ↓` and `Alt ↑` go through one's own conversations, whatever list is shown. */
export function useMine(id: string | undefined, open: (id: string) => void): void {
  const client = useQueryClient();
  const latest = useRef({ id, open });
  latest.current = { id, open };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const delta = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (delta === undefined || !event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      void client.fetchInfiniteQuery(conversationsQuery(MINE)).then(({ pages }) => {
        const mine = pages.flatMap((page) => page.items.map((line) => line.id));
        const at = mine.indexOf(latest.current.id ?? '');
        const next = at < 0 ? mine[0] : mine.at((at + delta) % mine.length);
        if (next !== undefined && next !== latest.current.id) latest.current.open(next);
      });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [client]);
}
