// Server state, all of it. Keys start with the noun so that a hint can invalidate by prefix.
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, call } from './client.ts';
import type { ThreadEvent } from './types.ts';

export { instanceQuery, sessionQuery } from './session.ts';

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async () => (await call(api.GET('/api/v1/teams'))).items,
});

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async () => (await call(api.GET('/api/v1/agents'))).items,
});

/** Views with their counts; `counts` because that is what moves. */
export const viewsQuery = queryOptions({
  queryKey: ['counts'],
  queryFn: async () => (await call(api.GET('/api/v1/views'))).items,
});

/** What may be sent in a conversation whose window is closed. */
export const templatesQuery = (conversation: string) =>
  queryOptions({
    queryKey: ['templates', 'for', conversation],
    queryFn: async () =>
      (
        await call(api.GET('/api/v1/templates', { params: { query: { conversation } } }))
      ).items.filter((one) => one.may_be_sent),
    // What is known of the places changes with the conversation.
    staleTime: 0,
  });

export const snippetsQuery = queryOptions({
  queryKey: ['snippets'],
  queryFn: async () => (await call(api.GET('/api/v1/snippets'))).items,
  staleTime: 5 * 60_000,
});

export const macrosQuery = queryOptions({
  queryKey: ['macros'],
  queryFn: async () => (await call(api.GET('/api/v1/macros'))).items,
  staleTime: 60_000,
});

export const personasQuery = queryOptions({
  queryKey: ['personas'],
  queryFn: async () => (await call(api.GET('/api/v1/simulator/personas'))).items,
  staleTime: 5 * 60_000,
});

/** Whether a model helps agents write. */
export const copilotQuery = queryOptions({
  queryKey: ['copilot'],
  queryFn: () => call(api.GET('/api/v1/copilot')),
  staleTime: 5 * 60_000,
});

export interface ListFilter {
  /** In the words of the filter grammar. */
  q?: string;
  sort?: string;
}

const PAGE = 100;

export function conversationsQuery(filter: ListFilter) {
  return infiniteQueryOptions({
    queryKey: ['conversations', filter],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/api/v1/conversations', {
          params: {
            query: { ...filter, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => (page.next_cursor === null ? undefined : String(page.next_cursor)),
  });
}

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: () => call(api.GET('/api/v1/conversations/{id}', { params: { path: { id } } })),
  });
}

/** Deliveries that can still change, so their events are read again with the newer ones. */
const UNSETTLED = new Set(['queued', 'dispatching', 'accepted', 'sent', 'delivered', 'unknown']);

/** Position to read from: after what we know, or before a message whose ticks may have moved. */
export function resumeAfter(known: readonly ThreadEvent[]): number {
  const recent = known.slice(-40);
  const open = recent.find((event) => UNSETTLED.has(event.message?.delivery ?? ''));
  const last = known.at(-1);
  if (open) return open.position - 1;
  return last ? last.position : 0;
}

/** Newer copies win; the order is the position's. */
export function mergeEvents(
  known: readonly ThreadEvent[],
  fresh: readonly ThreadEvent[],
): ThreadEvent[] {
  const byPosition = new Map(known.map((event) => [event.position, event]));
  for (const event of fresh) byPosition.set(event.position, event);
  return [...byPosition.values()].sort((a, b) => a.position - b.position);
}

/** The thread. A refetch reads only what came after what is known: gaps fill themselves. */
export function eventsQuery(client: QueryClient, id: string) {
  const queryKey = ['events', id];
  return queryOptions({
    queryKey,
    queryFn: async () => {
      let events = client.getQueryData<ThreadEvent[]>(queryKey) ?? [];
      let after = resumeAfter(events);
      for (;;) {
        const page = await call(
          api.GET('/api/v1/conversations/{id}/events', {
            params: { path: { id }, query: { after, limit: 200 } },
          }),
        );
        events = mergeEvents(events, page.items);
        const last = page.items.at(-1);
        if (page.next_cursor === null || !last || last.position <= after) return events;
        after = last.position;
      }
    },
  });
}

/** What the phone of one contact shows. Few and short: read whole. */
export function simulatorQuery(contact: string) {
  return queryOptions({
    queryKey: ['simulator', contact],
    queryFn: async () =>
      (await call(api.GET('/api/v1/simulator/messages', { params: { query: { contact } } }))).items,
    // The provider's side of the wire has no stream of its own.
    refetchInterval: 1_000,
  });
}
