import '../styles/inbox.css';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { BookmarkPlus, BookmarkX, Inbox, Search, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, call } from '../api/client.ts';
import { instanceQuery, sessionQuery } from '../api/queries.ts';
import type { Instance, View } from '../api/types.ts';
import { ConversationList } from '../features/inbox/conversation-list.tsx';
import { SortMenu } from '../features/inbox/sort-menu.tsx';
import { useMine } from '../features/inbox/use-mine.ts';
import { useViews } from '../features/inbox/use-views.ts';
import { ConversationPane } from '../features/thread/conversation-pane.tsx';
import { EndingToasts } from '../features/thread/ending-toasts.tsx';
import {
  isPanelShown,
  LIST_WIDTH,
  listWidth,
  setListWidth,
  setPanelShown,
} from '../lib/alert-prefs.ts';
import { useMedia, useOnce } from '../lib/hooks.ts';
import { useKeys } from '../lib/keys.ts';
import { toggled } from '../lib/picks.ts';
import { useTitle } from '../lib/title.ts';
import { isHouseView } from '../lib/view-key.ts';
import { isSort, type Sort, viewOf } from '../lib/views.ts';
import { Button } from '../ui/button.tsx';
import { Cut } from '../ui/cut.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { late } from '../ui/late.tsx';
import { NavLink } from '../ui/nav-link.tsx';
import { Splitter } from '../ui/splitter.tsx';
import { Empty } from '../ui/states.tsx';
import { ViewCount } from '../ui/view-count.tsx';

const route = getRouteApi('/worded/inside/inbox');
// Most pages never choose many.
const BulkBar = late(
  () => import('../features/inbox/bulk-bar.tsx').then((module) => module.BulkBar),
  { takesKeys: false },
);
const SaveView = late(() =>
  import('../features/inbox/save-view.tsx').then((module) => module.SaveView),
);
const NOBODY: ReadonlySet<string> = new Set();

export function InboxPage() {
  const t = useTranslations();
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
  const search = route.useSearch();
  const { id } = useParams({ strict: false });
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const { views, name } = useViews();
  const key = search.view ?? 'open';
  const { data: user } = useSuspenseQuery(sessionQuery);
  const view = views.find((one) => one.key === key) ?? viewOf(key);
  const [sorted, setSort] = useState<{ view: string; sort: Sort } | null>(null);
  const sort =
    sorted?.view === key ? sorted.sort : isSort(view.sort) ? view.sort : ('due' as const);
  const order = useRef<string[]>([]);
  const finder = useRef<HTMLInputElement>(null);
  const panes = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(listWidth);
  const isWide = useMedia('(min-width: 75rem)');
  const [isPanelOn, setPanel] = useState(isPanelShown);
  const hasPanel = isWide && isPanelOn;
  const waiting = views.find((one) => one.key === 'queue')?.count ?? 0;
  useTitle(name(view), waiting);

  const q = search.q ?? '';
  // A search looks everywhere, also among what is closed.
  const filter = useMemo(() => ({ q: q === '' ? view.query : q, sort }), [q, view.query, sort]);
  const [isSaving, setSaving] = useState(false);
  const wasSaving = useOnce(isSaving);
  const mayKeep = user?.role !== 'auditor';
  const forget = async () => {
    await call(api.DELETE('/api/v1/views/{id}', { params: { path: { id: key } } }));
    await client.invalidateQueries({ queryKey: ['counts'] });
    void navigate({ to: '/inbox', search: {} });
  };
  const [picked, setPicked] = useState(NOBODY);
  const touched = useRef<string | null>(null);
  const pick = (one: string, isRange: boolean) => {
    setPicked((before) => toggled(before, order.current, one, isRange ? touched.current : null));
    touched.current = one;
  };
  /** Takes the row in hand and the one beside it. */
  const pickOn = (delta: number) => {
    const at = order.current.indexOf(touched.current ?? id ?? '');
    const next = order.current[at < 0 ? 0 : at + delta];
    if (next === undefined) return;
    if (picked.size === 0 && at >= 0) pick(order.current[at] ?? next, false);
    pick(next, true);
  };
  const clear = () => {
    setPicked(NOBODY);
    touched.current = null;
  };
  // Another list: nothing of the old one stays chosen out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: cleared when the list is another
  useEffect(clear, [key, q]);

  const open = (next: string) => void navigate({ to: '/inbox/$id', params: { id: next }, search });
  const back = () => {
    void navigate({ to: '/inbox', search });
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[role="listbox"]')?.focus());
  };
  const step = (delta: number) => {
    const at = order.current.indexOf(id ?? '');
    const next = order.current[at < 0 ? 0 : at + delta];
    if (next) open(next);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    x: id ? () => pick(id, false) : undefined,
    'shift+j': () => pickOn(1),
    'shift+k': () => pickOn(-1),
    escape: picked.size > 0 ? clear : id ? back : undefined,
    i:
      id && isWide
        ? () => {
            setPanel(!isPanelOn);
            setPanelShown(!isPanelOn);
          }
        : undefined,
    '/': () => finder.current?.focus(),
    f: () => finder.current?.focus(),
    v: q !== '' && mayKeep ? () => setSaving(true) : undefined,
  });

  useMine(id, open);

  return (
    <div
      ref={panes}
      className={`inbox${id ? ' has-open' : ''}${hasPanel ? '' : ' no-panel'}`}
      style={width === null ? undefined : { ['--list' as string]: `${width}px` }}
    >
      <EndingToasts />
      <section className="pane listp" aria-label={name(view)}>
        <div className="bar">
          <h1 className="cut">{q === '' ? <Cut text={name(view)} /> : t('list.results')}</h1>
          {q === '' && (
            <span className="t3">
              <ViewCount view={view} />
            </span>
          )}
          <span className="end row g1">
            {q !== '' && mayKeep && (
              <IconButton label={t('views.save')} shortcut="V" onClick={() => setSaving(true)}>
                <BookmarkPlus className="i" />
              </IconButton>
            )}
            {q === '' && view.scope !== 'house' && mayKeep && (
              <IconButton label={t('views.forget')} onClick={() => void forget()}>
                <BookmarkX className="i" />
              </IconButton>
            )}
            <SortMenu sort={sort} onSort={(next) => setSort({ view: key, sort: next })} />
          </span>
        </div>
        <PhoneViews views={views} name={name} current={key} />
        <div className="fbar">
          <Finder
            key={key}
            value={q}
            field={finder}
            onChange={(value) => {
              // Whoever is on the way to another page is not called back by the words they left.
              if (!router.latestLocation.pathname.startsWith('/inbox')) return;
              void navigate({
                to: id ? '/inbox/$id' : '/inbox',
                ...(id ? { params: { id } } : {}),
                search: {
                  ...(search.view ? { view: search.view } : {}),
                  ...(value ? { q: value } : {}),
                },
                replace: true,
              });
            }}
          />
        </div>
        <ConversationList
          key={key}
          filter={filter}
          isSearch={q !== ''}
          selected={id ?? null}
          onOpen={open}
          onEnter={() => document.querySelector<HTMLElement>('.mid [role=log]')?.focus()}
          onOrder={(ids) => {
            order.current = ids;
          }}
          empty={emptyOf(view, q, t, instance)}
          picked={picked}
          onPick={user?.role === 'auditor' ? undefined : pick}
        />
        <Splitter
          label={t('list.width')}
          value={width ?? Math.round(panes.current?.firstElementChild?.clientWidth ?? 316)}
          min={LIST_WIDTH.min}
          max={LIST_WIDTH.max}
          onChange={(next) => {
            setWidth(next);
            setListWidth(next);
          }}
        />
        {wasSaving && <SaveView open={isSaving} onOpenChange={setSaving} query={q} sort={sort} />}
        {picked.size > 0 && (
          <BulkBar ids={order.current.filter((one) => picked.has(one))} onClear={clear} />
        )}
      </section>
      {id ? (
        <ConversationPane
          id={id}
          hasPanel={hasPanel}
          onBack={back}
          onNext={() => {
            const next = order.current.find((other) => other !== id);
            if (next) open(next);
            else back();
          }}
        />
      ) : (
        <section className="pane mid none">
          <Empty
            icon={<Inbox className="i i20" />}
            title={t('thread.pick')}
            text={t('thread.pickHelp')}
          >
            {(q !== '' || view.count !== 0) && (
              <Button size="s" onClick={() => step(1)} data-testid="open-next">
                {t('thread.openNext')}
                <kbd>J</kbd>
              </Button>
            )}
          </Empty>
        </section>
      )}
    </div>
  );
}

function emptyOf(
  view: View,
  q: string,
  t: ReturnType<typeof useTranslations>,
  { is_demo: isDemo, is_encrypted: isEncrypted }: Instance,
) {
  if (q !== '') {
    return {
      title: t('list.empty.search', { q }),
      text: isEncrypted
        ? `${t('list.empty.searchHelp')} ${t('list.empty.searchWhole')}`
        : t('list.empty.searchHelp'),
      action: (
        <Link to="/inbox" search={view.key === 'open' ? {} : { view: view.key }} className="btn s">
          {t('list.clear')}
        </Link>
      ),
    };
  }
  const group = view.key.startsWith('team:') ? 'queue' : isHouseView(view.key) ? view.key : 'kept';
  return {
    title: t(`list.empty.${group}`),
    text: t(`list.empty.${group}Help`),
    action:
      group === 'open' && isDemo ? (
        <Link to="/simulator" className="btn s">
          {t('list.empty.goSimulator')}
        </Link>
      ) : view.key !== 'bot' && view.key !== 'resolved' ? (
        <Link to="/inbox" search={{ view: 'bot' }} className="btn s">
          {t('list.empty.goBot')}
        </Link>
      ) : null,
  };
}

function Finder({
  value,
  field,
  onChange,
}: {
  value: string;
  field: React.RefObject<HTMLInputElement | null>;
  onChange: (value: string) => void;
}) {
  const t = useTranslations();
  const [text, setText] = useState(value);
  const send = useRef(onChange);
  send.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => send.current(text.trim()), 250);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <div className="inp fsrch grow">
      <Search className="i i14 t3" />
      <input
        ref={field}
        type="search"
        className="bare grow"
        aria-label={t('list.searchLabel')}
        aria-describedby="grammar"
        placeholder={t('list.search')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (text === '') event.currentTarget.blur();
          else setText('');
        }}
      />
      {text === '' ? (
        <kbd>/</kbd>
      ) : (
        <IconButton small label={t('list.clear')} onClick={() => setText('')}>
          <X className="i i14" />
        </IconButton>
      )}
      <p id="grammar" className="gram mono">
        {t('list.grammar')}
      </p>
    </div>
  );
}

/** On a phone the views are chips above the list. */
function PhoneViews({
  views,
  name,
  current,
}: {
  views: View[];
  name: (view: View) => string;
  current: string;
}) {
  const t = useTranslations();
  const row = useRef<HTMLElement>(null);
  const isListed = views.some((view) => view.key === current);
  // Who came by an address or a key sees where they are.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view, or the views came
  useEffect(() => {
    const chip = row.current?.querySelector('[aria-current]');
    chip?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [current, isListed]);
  return (
    <nav ref={row} className="pch" aria-label={t('app.views')}>
      {views.map((view) => (
        <NavLink
          key={view.key}
          to="/inbox"
          view={view.key}
          isCurrent={view.key === current}
          className={`chip${view.key === current ? ' inv' : ''}`}
        >
          {view.key === 'open'
            ? t('view.openShort')
            : view.key === 'mine'
              ? t('view.mineShort')
              : name(view)}{' '}
          <ViewCount view={view} />
        </NavLink>
      ))}
    </nav>
  );
}
