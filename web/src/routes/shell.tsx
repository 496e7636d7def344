import '../styles/parts.css';
import '../styles/controls.css';
import '../styles/shell.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { DirectionProvider } from '@base-ui/react/direction-provider';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Activity,
  BookOpen,
  Bot,
  ChartNoAxesColumn,
  Inbox,
  type LucideIcon,
  Search,
  ServerCog,
  Settings,
  Smartphone,
  Sparkles,
  WifiOff,
  Workflow,
  Zap,
} from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { instanceQuery, sessionQuery } from '../api/queries.ts';
import type { View } from '../api/types.ts';
import { UserMenu } from '../features/account/user-menu.tsx';
import { useViews } from '../features/inbox/use-views.ts';
import { useAlert } from '../lib/alert.ts';
import { startDrafts } from '../lib/drafts.ts';
import { useMedia, useOnce } from '../lib/hooks.ts';
import { startInstall, useIsStale } from '../lib/install.ts';
import { MOD, useKeys } from '../lib/keys.ts';
import { Live } from '../lib/live.ts';
import { startOutbox } from '../lib/outbox.ts';
import { applyTheme } from '../lib/prefs.ts';
import { isQuiet, tellingQuery } from '../lib/quiet.ts';
import { startSeen } from '../lib/seen.ts';
import { Cut } from '../ui/cut.tsx';
import { Hint } from '../ui/icon-button.tsx';
import { late } from '../ui/late.tsx';
import { Logo } from '../ui/logo.tsx';
import { NavLink } from '../ui/nav-link.tsx';
import { Banner } from '../ui/states.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { ViewCount } from '../ui/view-count.tsx';

const Palette = late(() =>
  import('../features/palette/palette.tsx').then((module) => module.Palette),
);
const KeysHelp = late(() =>
  import('../features/account/keys-help.tsx').then((module) => module.KeysHelp),
);

type Lead = 'flow' | 'triggers' | 'knowledge' | 'reports' | 'live' | 'operations' | 'settings';

/** Pages beside the inbox; figures are not for agents. */
const PAGES: readonly { name: Lead | 'simulator'; Icon: LucideIcon; isForAll: boolean }[] = [
  { name: 'flow', Icon: Workflow, isForAll: true },
  { name: 'triggers', Icon: Zap, isForAll: true },
  { name: 'knowledge', Icon: BookOpen, isForAll: true },
  { name: 'reports', Icon: ChartNoAxesColumn, isForAll: false },
  { name: 'live', Icon: Activity, isForAll: false },
  { name: 'operations', Icon: ServerCog, isForAll: false },
  { name: 'simulator', Icon: Smartphone, isForAll: true },
  { name: 'settings', Icon: Settings, isForAll: true },
];

/** The frame of every signed-in page: navigation, the sheet, the live stream. */
export function Shell() {
  const t = useTranslations();
  const client = useQueryClient();
  const [live] = useState(() => new Live(client));
  useEffect(() => live.start(), [live]);
  useEffect(startInstall, []);
  const isStale = useIsStale();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const me = user?.id ?? null;
  useEffect(() => {
    if (me === null) return;
    // First: it drops what somebody else left in this tab.
    const stop = [startOutbox(client, me), startDrafts(), startSeen()];
    return () => {
      for (const end of stop) end();
    };
  }, [client, me]);
  const state = useSyncExternalStore(live.subscribe, () => live.state);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const wasHelpOpen = useOnce(isHelpOpen);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const wasPaletteOpen = useOnce(isPaletteOpen);
  const { views, name } = useViews();
  usePaletteKey(setPaletteOpen);
  const navigate = useNavigate();
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const { data: telling } = useQuery(tellingQuery);
  useAlert(waitingIn(views), {
    title: instance.name,
    text: (count) => t('nav.waiting', { count }),
    open: () => void navigate({ to: '/inbox', search: { view: 'queue' } }),
    isQuiet: () => isQuiet(telling?.quiet_ahead ?? [], Date.now()),
  });
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const path = useRouterState({ select: (router) => router.location.pathname });
  // Two pages that need the width.
  const isSlim = /^\/(simulator|flow)/.test(path);
  const isThread = /^\/inbox\/./.test(path);

  const goTo = (view: string) => void navigate({ to: '/inbox', search: { view } });
  useKeys({
    'g m': () => goTo('mine'),
    'g u': () => goTo('queue'),
    'g t': () => goTo(views.find((view) => view.key.startsWith('team:'))?.key ?? 'queue'),
    'g b': () => goTo('bot'),
    'g z': () => goTo('snoozed'),
    'g f': () => void navigate({ to: '/flow' }),
    'g k': () => void navigate({ to: '/knowledge' }),
    'g r': user?.role === 'agent' ? undefined : () => void navigate({ to: '/reports' }),
    'g s': () => void navigate({ to: '/settings' }),
    '?': () => setHelpOpen(true),
    d: () => {
      const shown = document.documentElement.dataset.theme ?? (isDark ? 'dark' : 'light');
      applyTheme(shown === 'dark' ? 'light' : 'dark');
    },
  });

  // Only signed-in pages use parts that could inject styles; the policy forbids those.
  return (
    <CSPProvider disableStyleElements>
      <DirectionProvider direction={document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'}>
        <div className={`app${isSlim ? ' slim' : ''}${isThread ? ' deep' : ''}`}>
          <a className="skip" href="#main">
            {t('app.skip')}
          </a>
          <Side
            slim={isSlim}
            views={views}
            name={name}
            onHelp={() => setHelpOpen(true)}
            onSearch={() => setPaletteOpen(true)}
          />
          <main className="sheet" id="main" tabIndex={-1}>
            {state === 'lost' && (
              <Banner icon={<WifiOff className="i" />}>
                <b>{t('app.lost')}</b> {t('app.lostHelp')}
              </Banner>
            )}
            {isStale && (
              <Banner icon={<Sparkles className="i" />}>
                <b>{t('nav.fresh')}</b> {t('nav.freshHelp')}{' '}
                <button type="button" className="link" onClick={() => location.reload()}>
                  {t('nav.reload')}
                </button>
              </Banner>
            )}
            <Outlet />
          </main>
          <PhoneTabs />
          <Toasts />
          {wasHelpOpen && <KeysHelp open={isHelpOpen} onOpenChange={setHelpOpen} />}
          {wasPaletteOpen && (
            <Palette
              open={isPaletteOpen}
              onOpenChange={setPaletteOpen}
              views={views}
              viewName={name}
            />
          )}
        </div>
      </DirectionProvider>
    </CSPProvider>
  );
}

function useCurrentView(): string {
  return (
    useRouterState({
      select: (router) =>
        'view' in router.location.search ? router.location.search.view : undefined,
    }) ?? 'open'
  );
}

function waitingIn(views: readonly View[]): number | null {
  return views.find((view) => view.key === 'queue')?.count ?? null;
}

/** Works everywhere, also while writing. */
function usePaletteKey(setOpen: (change: (before: boolean) => boolean) => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      if (event.altKey || event.shiftKey) return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [setOpen]);
}

interface SideProps {
  slim: boolean;
  views: readonly View[];
  name: (view: View) => string;
  onHelp: () => void;
  onSearch: () => void;
}

function Side({ slim, views, name, onHelp, onSearch }: SideProps) {
  const t = useTranslations();
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const { data: user } = useSuspenseQuery(sessionQuery);
  const path = useRouterState({ select: (router) => router.location.pathname });
  const current = useCurrentView();
  const isInbox = path.startsWith('/inbox');
  const pages = PAGES.filter((page) => page.isForAll || user?.role !== 'agent');
  const waiting = waitingIn(views) ?? 0;

  if (slim) {
    return (
      <aside className="side" aria-label={t('app.name')}>
        <Logo label="Relais" />
        <nav className="nav" aria-label={t('app.nav')}>
          <Hint text={t('app.inbox')}>
            <NavLink to="/inbox" isCurrent={isInbox} aria-label={t('app.inbox')}>
              <Inbox className="i i18" />
            </NavLink>
          </Hint>
          {pages.map(({ name: page, Icon }) => (
            <Hint key={page} text={t(`nav.${page}`)}>
              <NavLink
                to={`/${page}`}
                isCurrent={path.startsWith(`/${page}`)}
                aria-label={t(`nav.${page}`)}
              >
                <Icon className="i i18" />
              </NavLink>
            </Hint>
          ))}
        </nav>
        {user && <UserMenu user={user} slim onHelp={onHelp} />}
      </aside>
    );
  }
  return (
    <aside className="side" aria-label={t('app.name')}>
      <div className="ws">
        <Logo label="Relais" />
        <Cut text={instance.name} />
      </div>
      <button type="button" className="find" onClick={onSearch}>
        <Search className="i" />
        <span className="grow">{t('list.search')}</span>
        <kbd>{MOD} K</kbd>
      </button>
      <nav className="nav" aria-label={t('app.nav')}>
        <NavLink to="/inbox" isCurrent={false}>
          <Inbox className="i" />
          {t('app.inbox')}
          {waiting > 0 && <span className="n">{waiting}</span>}
        </NavLink>
        <div className="nav sub">
          {views.map((view) => (
            <NavLink
              key={view.key}
              to="/inbox"
              view={view.key}
              isCurrent={isInbox && current === view.key}
            >
              <span className="rail" />
              <Cut text={name(view)} />
              <ViewCount view={view} />
            </NavLink>
          ))}
        </div>
        {pages.map(({ name: page, Icon }) => (
          <NavLink key={page} to={`/${page}`} isCurrent={path.startsWith(`/${page}`)}>
            <Icon className="i" />
            {t(`nav.${page}`)}
          </NavLink>
        ))}
      </nav>
      {user && <UserMenu user={user} onHelp={onHelp} />}
    </aside>
  );
}

/** The bottom bar of a phone. */
function PhoneTabs() {
  const t = useTranslations();
  const { data: user } = useQuery(sessionQuery);
  const path = useRouterState({ select: (router) => router.location.pathname });
  const view = useCurrentView();
  const isInbox = path.startsWith('/inbox');
  return (
    <nav className="ptabs" aria-label={t('app.nav')}>
      <NavLink to="/inbox" isCurrent={isInbox && view !== 'bot'}>
        <Inbox className="i i20" />
        {t('app.inboxShort')}
      </NavLink>
      <NavLink to="/inbox" view="bot" isCurrent={isInbox && view === 'bot'}>
        <Bot className="i i20" />
        {t('app.assistant')}
      </NavLink>
      <NavLink to="/simulator" isCurrent={path.startsWith('/simulator')}>
        <Smartphone className="i i20" />
        {t('nav.simulator')}
      </NavLink>
      {user && <UserMenu user={user} tab />}
    </nav>
  );
}
