// The hours in which somebody asked to be left alone: the server says which moments that is.
import { queryOptions } from '@tanstack/react-query';
import { api, call } from '../api/client.ts';
import type { Stretch } from '../api/types.ts';

/** Told two days ahead, asked for again long before they are over. */
const HOUR_MS = 3_600_000;

export const tellingQuery = queryOptions({
  queryKey: ['telling'],
  queryFn: () => call(api.GET('/api/v1/account/telling')),
  staleTime: HOUR_MS,
  refetchInterval: HOUR_MS,
});

export function isQuiet(ahead: readonly Stretch[], now: number): boolean {
  return ahead.some((one) => Date.parse(one.from) <= now && now < Date.parse(one.until));
}
