import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { ArrowUp, Inbox, SearchX } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { conversationsQuery, type ListFilter, sessionQuery } from '../../api/queries.ts';
import type { ConversationLine } from '../../api/types.ts';
import { useDraftVersion } from '../../lib/drafts.ts';
import { useLasting, useNow } from '../../lib/hooks.ts';
import { Bars, Empty, Failure } from '../../ui/states.tsx';
import { ConversationRow, unreadOf } from './conversation-row.tsx';
import { steadyOrder } from './steady.ts';
import { useWindow } from './use-window.ts';

const NONE: ConversationLine[] = [];

interface Props {
  filter: ListFilter;
  selected: string | null;
  onOpen: (id: string) => void;
  /** Enter: on into the conversation that is selected. */
  onEnter?: () => void;
  /** Words were looked for. */
  isSearch?: boolean;
  /** What to say when nothing is here. */
  empty: { title: string; text: string; action?: ReactNode };
  /** The list in the order shown, for the keys of the page. */
  onOrder?: (ids: string[]) => void;
  /** Rows chosen for an act on many; without it none can be. */
  picked?: ReadonlySet<string>;
  onPick?: ((id: string, isRange: boolean) => void) | undefined;
}

const NOBODY: ReadonlySet<string> = new Set();

/** The list of a view. New items never move the row under the pointer. */
export function ConversationList({
  filter,
  selected,
  onOpen,
  onEnter,
  isSearch = false,
  empty,
  onOrder,
  picked = NOBODY,
  onPick,
}: Props) {
  const t = useTranslations();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const list = useInfiniteQuery(conversationsQuery(filter));
  const now = useNow(15_000);
  const drafts = useDraftVersion();
  const [isHeld, setHeld] = useState(false);
  const shownIds = useRef<string[]>([]);
  const scroller = useRef<HTMLDivElement>(null);
  const isSlow = useLasting(list.isPending);

  const lines = useMemo(() => {
    const all = list.data?.pages.flatMap((page) => page.items) ?? NONE;
    // A row that moved between two pages is on both.
    return [...new Map(all.map((line) => [line.id, line])).values()];
  }, [list.data]);
  const { order, fresh } = steadyOrder(isHeld ? shownIds.current : null, lines);
  useEffect(() => {
    shownIds.current = order.map((line) => line.id);
    onOrder?.(shownIds.current);
  });

  const selectedIndex = order.findIndex((line) => line.id === selected);
  const rows = useWindow(scroller, order.length, order.length > 0);
  const { show } = rows;
  const showRef = useRef(show);
  showRef.current = show;
  // A row that was answered moves away; the list stays where it is.
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (selectedIndex < 0 || shown.current === selected) return;
    shown.current = selected ?? null;
    showRef.current(selectedIndex);
  }, [selected, selectedIndex]);

  const { hasNextPage, isFetching, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    const isNearEnd = rows.last >= order.length - 10;
    if (hasNextPage && !isFetching && isNearEnd) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, rows.last, order.length]);

  if (list.isPending) return isSlow ? <Bars count={8} /> : <div className="lst" />;
  if (list.isError && order.length === 0) {
    return (
      <Failure
        error={list.error}
        title={t('list.failed')}
        text={t('list.failedHelp')}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (order.length === 0 && !hasNextPage) {
    return (
      <Empty
        icon={isSearch ? <SearchX className="i i20" /> : <Inbox className="i i20" />}
        title={empty.title}
        text={empty.text}
      >
        {empty.action}
      </Empty>
    );
  }

  const step = (delta: number) => {
    const next = order[Math.min(order.length - 1, Math.max(0, selectedIndex + delta))];
    if (next) onOpen(next.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 8,
      PageUp: -8,
      Home: -order.length,
      End: order.length,
    }[event.key];
    if (event.key === 'Enter' && selected !== null) {
      event.preventDefault();
      onEnter?.();
    }
    if (move === undefined) return;
    event.preventDefault();
    setHeld(false);
    step(move);
  };

  return (
    <div className="lstwrap">
      {fresh > 0 && (
        <button type="button" className="fresh" onClick={() => setHeld(false)}>
          <ArrowUp className="i i12" />
          {t('list.fresh', { count: fresh })}
        </button>
      )}
      <div
        ref={scroller}
        className={`lst${picked.size > 0 ? ' picking' : ''}`}
        role="listbox"
        aria-label={t('list.label')}
        aria-activedescendant={selectedIndex >= 0 ? `row-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerEnter={(event) => event.pointerType === 'mouse' && setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        data-testid="conversations"
      >
        <div role="presentation" className="lstall" style={{ blockSize: order.length * rows.row }}>
          {order.slice(rows.first, rows.last).map((line, i) => {
            const index = rows.first + i;
            return (
              // The listbox has the focus and the keys; rows are its options.
              // biome-ignore lint/a11y/useKeyWithClickEvents: see above
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              <div
                key={line.id}
                id={`row-${line.id}`}
                role="option"
                className={`cv${unreadOf(line) > 0 ? ' unread' : ''}${onPick ? ' pickable' : ''}`}
                aria-selected={line.id === selected}
                aria-checked={picked.size > 0 ? picked.has(line.id) : undefined}
                aria-setsize={order.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${index * rows.row}px)` }}
                onClick={(event) => {
                  const isOnBox = (event.target as HTMLElement).closest('.ava:not(.s)') !== null;
                  const wantsPick = isOnBox || event.shiftKey || event.ctrlKey || event.metaKey;
                  if (onPick && wantsPick) onPick(line.id, event.shiftKey);
                  else onOpen(line.id);
                }}
                data-testid="conversation"
                data-status={line.status}
              >
                <ConversationRow line={line} me={user} now={now} drafts={drafts} />
              </div>
            );
          })}
        </div>
        {isFetchingNextPage && (
          <p role="presentation" className="lstmore">
            {t('list.more')}
          </p>
        )}
      </div>
    </div>
  );
}
