// What the pages beside the inbox read. Apart from the inbox's queries: those are in every page's way.
import { queryOptions } from '@tanstack/react-query';
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

/** Who opened, exported or erased a person. */
export function accessesQuery(id: string) {
  return queryOptions({
    queryKey: ['audit', 'contact', id],
    queryFn: async () =>
      (await call(api.GET('/api/v1/contacts/{id}/accesses', { params: { path: { id } } }))).items,
  });
}

export function contactQuery(id: string) {
  return queryOptions({
    queryKey: ['conversations', 'contact', id],
    queryFn: () => call(api.GET('/api/v1/contacts/{id}', { params: { path: { id } } })),
  });
}
