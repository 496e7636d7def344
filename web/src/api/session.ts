// What the router asks before any page is there.
import { queryOptions } from '@tanstack/react-query';
import { ApiError, api, call } from './client.ts';

export const instanceQuery = queryOptions({
  queryKey: ['instance'],
  queryFn: () => call(api.GET('/api/v1/instance')),
  staleTime: 60_000,
});

/** Who is signed in, or null. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    try {
      return (await call(api.GET('/api/v1/session'))).user;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});
