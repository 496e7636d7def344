// What the support lead reads. Apart from the inbox's queries: those are in every page's way.
import { queryOptions } from '@tanstack/react-query';
import { api, call } from './client.ts';

export const flowQuery = queryOptions({
  queryKey: ['flow'],
  queryFn: () => call(api.GET('/api/v1/flow')),
  staleTime: 60_000,
});

export const triggersQuery = queryOptions({
  queryKey: ['triggers'],
  queryFn: () => call(api.GET('/api/v1/triggers')),
  staleTime: 60_000,
});

/** What a sentence would set off. */
export function triggerMatchesQuery(q: string) {
  return queryOptions({
    queryKey: ['triggers', 'matches', q],
    queryFn: () => call(api.GET('/api/v1/triggers/matches', { params: { query: { q } } })),
    enabled: q !== '',
    staleTime: 60_000,
  });
}

export const knowledgeQuery = queryOptions({
  queryKey: ['knowledge'],
  queryFn: () => call(api.GET('/api/v1/knowledge')),
  staleTime: 60_000,
});

/** What the knowledge base makes of a question. */
export function matchesQuery(q: string) {
  return queryOptions({
    queryKey: ['knowledge', 'matches', q],
    queryFn: () => call(api.GET('/api/v1/knowledge/matches', { params: { query: { q } } })),
    enabled: q !== '',
    staleTime: 60_000,
  });
}

export function figuresQuery(days: number) {
  return queryOptions({
    queryKey: ['figures', days],
    queryFn: () => call(api.GET('/api/v1/figures', { params: { query: { days } } })),
    staleTime: 60_000,
  });
}

export function gapsQuery(days: number) {
  return queryOptions({
    queryKey: ['gaps', days],
    queryFn: async () =>
      (await call(api.GET('/api/v1/gaps', { params: { query: { days } } }))).items,
    staleTime: 60_000,
  });
}

/** How well answers are chosen; a part of the base is learnt anew for it. */
export const understandingQuery = queryOptions({
  queryKey: ['understanding'],
  queryFn: () => call(api.GET('/api/v1/understanding')),
  staleTime: 60_000,
});
