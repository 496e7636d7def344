import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { agentsQuery, countsQuery, sessionQuery, teamsQuery } from '../../api/queries.ts';
import { type View, viewsOf } from '../../lib/views.ts';

const NONE: never[] = [];

/** The saved views with their live counts, and what each is called. */
export function useViews(): { views: View[]; name: (view: View) => string } {
  const t = useTranslations();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { data: counts = NONE } = useQuery(countsQuery);
  const { data: teams = NONE } = useQuery(teamsQuery);
  const { data: agents = NONE } = useQuery(agentsQuery);
  const me = user?.agent_key ?? null;
  const views = useMemo(() => viewsOf(counts, teams, agents, me), [counts, teams, agents, me]);
  const name = (view: View) =>
    view.team
      ? t('view.team', { team: view.team.name })
      : view.key.startsWith('team:')
        ? view.key.slice(5)
        : t(`view.${view.key as Exclude<View['key'], `team:${string}`>}`);
  return { views, name };
}
