// The views of the inbox as the server gives them: which are shown, and what each asks for.
import type { Agent, Team, View } from '../api/types.ts';

/** All that has not ended, as the simulator and the pages beside the inbox list it. */
export const OPEN = { q: 'is:open' } as const;
export const EVERYTHING = {} as const;

/** Counted no further than this. */
export const MOST = 1_000;

export type Sort = 'due' | 'newest' | 'waiting' | 'priority';
export const SORTS: readonly Sort[] = ['due', 'newest', 'waiting', 'priority'];

export function isSort(word: string): word is Sort {
  return SORTS.some((sort) => sort === word);
}

/** The team of a team's queue. */
export function teamOf(key: string, teams: readonly Team[]): Team | null {
  if (!key.startsWith('team:')) return null;
  return teams.find((team) => team.key === key.slice(5)) ?? null;
}

/**
 * Queues of other teams are shown while somebody waits in them; one's own stay in place when they
 * are empty: what moves is hard to click. So is "waiting for me" only shown when something is.
 */
export function shownViews(views: readonly View[], me: Agent | undefined): View[] {
  return views.filter((view) => {
    const count = view.count ?? 0;
    if (view.key.startsWith('team:')) {
      return count > 0 || (me?.teams.includes(view.key.slice(5)) ?? false);
    }
    return true;
  });
}

/** A view that the server does not list any more: an address stays valid. */
export function viewOf(key: string): View {
  // As the server has it: what is read before the views are there need not be read again.
  const query = key.startsWith('team:')
    ? `is:queue is:awake team:${key.slice(5)}`
    : 'is:open is:awake';
  return { key, name: null, query, sort: 'due', scope: 'house', count: null };
}
