import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import {
  agentsQuery,
  conversationsQuery,
  countsQuery,
  sessionQuery,
  teamsQuery,
} from '../../api/queries.ts';
import { useNow } from '../../lib/hooks.ts';
import { HELD, type View, viewsOf } from '../../lib/views.ts';

const NONE: never[] = [];

/** The saved views with their live counts, and what each is called. */
export function useViews(): { views: View[]; name: (view: View) => string } {
  const t = useTranslations();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { data: counts } = useQuery(countsQuery);
  const { data: teams = NONE } = useQuery(teamsQuery);
  const { data: agents = NONE } = useQuery(agentsQuery);
  const { data: held, hasNextPage } = useInfiniteQuery(conversationsQuery(HELD));
  const now = useNow(15_000);
  const me = user?.agent_key ?? null;
  const views = useMemo(
    () =>
      viewsOf({
        counts,
        teams,
        agents,
        me,
        held: held?.pages.flatMap((page) => page.items) ?? NONE,
        isHeldWhole: !hasNextPage,
        now,
      }),
    [counts, teams, agents, me, held, hasNextPage, now],
  );
  const name = (view: View) =>
    view.team
      ? t('view.team', { team: view.team.name })
      : view.key.startsWith('team:')
        ? view.key.slice(5)
        : t(`view.${view.key as Exclude<View['key'], `team:${string}`>}`);
  return { views, name };
}
