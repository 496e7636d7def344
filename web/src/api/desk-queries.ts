// What the pages beside the inbox read. Apart from the inbox's queries: those are in every page's way.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, call } from './client.ts';

export const assistantQuery = queryOptions({
  queryKey: ['counts', 'assistant'],
  queryFn: () => call(api.GET('/api/v1/assistant')),
});

export const outboxQuery = queryOptions({
  queryKey: ['counts', 'outbox'],
  queryFn: () => call(api.GET('/api/v1/outbox')),
  refetchInterval: 5_000,
});

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: async () => (await call(api.GET('/api/v1/channels'))).items,
  refetchInterval: 15_000,
});

/** What was received and could not be taken in. */
export const quarantineQuery = queryOptions({
  queryKey: ['ingest', 'quarantined'],
  queryFn: async () =>
    (
      await call(
        api.GET('/api/v1/ingest', { params: { query: { outcome: 'quarantined', limit: 200 } } }),
      )
    ).items,
  refetchInterval: 15_000,
});

/** Whose accesses, or to what; nothing: all of them. */
export interface AccessOf {
  login?: string;
  contact?: string;
  conversation?: string;
}

/** Who looked at whom, newest first. */
export function accessesQuery(of: AccessOf) {
  return infiniteQueryOptions({
    queryKey: ['accesses', of],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/api/v1/accesses', {
          params: { query: { ...of, ...(pageParam === '' ? {} : { cursor: Number(pageParam) }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function contactQuery(id: string) {
  return queryOptions({
    queryKey: ['conversations', 'contact', id],
    queryFn: () => call(api.GET('/api/v1/contacts/{id}', { params: { path: { id } } })),
  });
}
