// Every address of the app and who may open it.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from '../api/client.ts';
import { instanceQuery, sessionQuery } from '../api/session.ts';
import { isViewKey } from '../lib/view-key.ts';
import { ErrorPage, NotFoundPage } from '../routes/errors.tsx';
import { InboxWords } from './language.tsx';

/** Most who come are signed in and go to the inbox: it is fetched beside the question who they are. */
export function fetchInbox(): void {
  if (!/^\/(?:inbox(?:\/|$)|$)/.test(location.pathname)) return;
  void import('../routes/shell.tsx');
  void import('../routes/inbox.tsx');
}

export function createAppQueryClient(): QueryClient {
  const onError = (error: Error) => {
    // The session ended elsewhere: every guarded page sends to the sign-in.
    if (error instanceof ApiError && error.status === 401 && error.slug === 'unauthenticated') {
      if (client.getQueryData(sessionQuery.queryKey)) {
        client.setQueryData(sessionQuery.queryKey, null);
        dispatchEvent(new Event('relais:signed-out'));
      }
    }
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        retry: (count, error) => count < 2 && error instanceof ApiError && error.isPassing,
      },
      mutations: { retry: false },
    },
  });
  return client;
}

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
});

/** Pages that load their code, and the inbox's words with it. */
const worded = createRoute({
  getParentRoute: () => root,
  id: 'worded',
  component: () => (
    <InboxWords>
      <Outlet />
    </InboxWords>
  ),
});

const sign = (page: 'ClaimPage' | 'SignInPage' | 'WaitingPage') =>
  lazyRouteComponent(() => import('../routes/sign.tsx'), page);

const claim = createRoute({
  getParentRoute: () => worded,
  path: '/claim',
  component: sign('ClaimPage'),
});

const signIn = createRoute({
  getParentRoute: () => worded,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string; ended?: true } => ({
    // Only an address of this app: never a way to send someone elsewhere.
    ...(typeof search.next === 'string' && /^\/(?!\/)[\w/?=&:-]*$/.test(search.next)
      ? { next: search.next }
      : {}),
    ...(search.ended === true ? { ended: true as const } : {}),
  }),
  beforeLoad: async ({ context, search }) => {
    const instance = await context.client.ensureQueryData(instanceQuery);
    if (!instance.is_claimed) throw redirect({ to: '/waiting' });
    const user = await context.client.ensureQueryData(sessionQuery);
    if (user) throw redirect({ to: search.next ?? '/inbox' });
  },
  component: sign('SignInPage'),
});

const waiting = createRoute({
  getParentRoute: () => worded,
  path: '/waiting',
  beforeLoad: async ({ context }) => {
    const instance = await context.client.fetchQuery({ ...instanceQuery, staleTime: 0 });
    if (instance.is_claimed) throw redirect({ to: '/sign-in' });
  },
  component: sign('WaitingPage'),
});

const join = createRoute({
  getParentRoute: () => worded,
  path: '/join',
  component: lazyRouteComponent(() => import('../routes/join.tsx'), 'JoinPage'),
});

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox' });
  },
});

const inside = createRoute({
  getParentRoute: () => worded,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const [instance, user] = await Promise.all([
      context.client.ensureQueryData(instanceQuery),
      context.client.ensureQueryData(sessionQuery),
    ]);
    if (!instance.is_claimed) throw redirect({ to: '/waiting' });
    if (!user) throw redirect({ to: '/sign-in', search: { next: location.pathname } });
  },
  component: lazyRouteComponent(() => import('../routes/shell.tsx'), 'Shell'),
});

/** Pages beside the inbox: with all words. */
const beside = createRoute({
  getParentRoute: () => inside,
  id: 'beside',
  // With the page, not after it: each wait that is seen costs 300 ms more.
  loader: async () => void (await (await import('./all-words.tsx')).fetchAllWords()),
  component: lazyRouteComponent(() => import('./all-words.tsx'), 'AllWords'),
});

const welcome = createRoute({
  getParentRoute: () => beside,
  path: '/welcome',
  component: lazyRouteComponent(() => import('../routes/welcome.tsx'), 'WelcomePage'),
});

export interface InboxSearch {
  view?: string;
  q?: string;
}

const inboxSearch = (search: Record<string, unknown>): InboxSearch => ({
  ...(typeof search.view === 'string' && isViewKey(search.view) && search.view !== 'open'
    ? { view: search.view }
    : {}),
  ...(typeof search.q === 'string' && search.q !== '' ? { q: search.q } : {}),
});

const inbox = createRoute({
  getParentRoute: () => inside,
  path: '/inbox',
  validateSearch: inboxSearch,
  component: lazyRouteComponent(() => import('../routes/inbox.tsx'), 'InboxPage'),
});

const conversation = createRoute({ getParentRoute: () => inbox, path: '$id' });

const simulator = createRoute({
  getParentRoute: () => beside,
  path: '/simulator',
  component: lazyRouteComponent(() => import('../routes/simulator.tsx'), 'SimulatorPage'),
});

const flow = createRoute({
  getParentRoute: () => beside,
  path: '/flow',
  validateSearch: (search: Record<string, unknown>): { c?: string } =>
    typeof search.c === 'string' && search.c !== '' ? { c: search.c } : {},
  component: lazyRouteComponent(() => import('../routes/flow.tsx'), 'FlowPage'),
});

const triggers = createRoute({
  getParentRoute: () => beside,
  path: '/triggers',
  component: lazyRouteComponent(() => import('../routes/triggers.tsx'), 'TriggersPage'),
});

const knowledge = createRoute({
  getParentRoute: () => beside,
  path: '/knowledge',
  validateSearch: (
    search: Record<string, unknown>,
  ): { article?: string; ask?: string; view?: 'quality' } => ({
    ...(search.view === 'quality' ? { view: 'quality' as const } : {}),
    ...(typeof search.article === 'string' ? { article: search.article } : {}),
    ...(typeof search.ask === 'string' ? { ask: search.ask } : {}),
  }),
  component: lazyRouteComponent(() => import('../routes/knowledge.tsx'), 'KnowledgePage'),
});

const reports = createRoute({
  getParentRoute: () => beside,
  path: '/reports',
  component: lazyRouteComponent(() => import('../routes/reports.tsx'), 'ReportsPage'),
});

const live = createRoute({
  getParentRoute: () => beside,
  path: '/live',
  component: lazyRouteComponent(() => import('../routes/live.tsx'), 'LivePage'),
});

const operations = createRoute({
  getParentRoute: () => beside,
  path: '/operations',
  component: lazyRouteComponent(() => import('../routes/operations.tsx'), 'OperationsPage'),
});

const contact = createRoute({
  getParentRoute: () => beside,
  path: '/contacts/$id',
  // Where the way back leads: a conversation in its list.
  validateSearch: (search: Record<string, unknown>): InboxSearch & { from?: string } => ({
    ...inboxSearch(search),
    ...(typeof search.from === 'string' && /^[\da-f-]{36}$/.test(search.from)
      ? { from: search.from }
      : {}),
  }),
  component: lazyRouteComponent(() => import('../routes/contact.tsx'), 'ContactPage'),
});

const settings = createRoute({
  getParentRoute: () => beside,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>): { page?: string; who?: string } => ({
    ...(typeof search.page === 'string' ? { page: search.page } : {}),
    ...(typeof search.who === 'string' ? { who: search.who } : {}),
  }),
  loader: async () =>
    void (await (await import('../features/settings/words.tsx')).fetchSettingsWords()),
  component: lazyRouteComponent(() => import('../routes/settings.tsx'), 'SettingsPage'),
});

const tree = root.addChildren([
  index,
  worded.addChildren([
    claim,
    signIn,
    waiting,
    join,
    inside.addChildren([
      inbox.addChildren([conversation]),
      beside.addChildren([
        welcome,
        simulator,
        flow,
        triggers,
        knowledge,
        reports,
        live,
        operations,
        contact,
        settings,
      ]),
    ]),
  ]),
]);

export function createAppRouter(client: QueryClient) {
  const router = createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: false,
    defaultPendingMs: 300,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: ErrorPage,
    scrollRestoration: false,
  });
  addEventListener('relais:signed-out', () => {
    void router.navigate({ to: '/sign-in', search: { ended: true } });
  });
  return router;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
