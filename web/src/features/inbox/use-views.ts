import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { agentsQuery, sessionQuery, teamsQuery, viewsQuery } from '../../api/queries.ts';
import type { View } from '../../api/types.ts';
import { isHouseView } from '../../lib/view-key.ts';
import { shownViews, teamOf } from '../../lib/views.ts';

const NONE: never[] = [];

/** The views with their live counts, and what each is called. */
export function useViews(): { views: View[]; name: (view: View) => string } {
  const t = useTranslations();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { data: all = NONE } = useQuery(viewsQuery);
  const { data: teams = NONE } = useQuery(teamsQuery);
  const { data: agents = NONE } = useQuery(agentsQuery);
  const me = user?.agent_key ?? null;
  const views = useMemo(
    () =>
      shownViews(
        all,
        agents.find((agent) => agent.key === me),
      ),
    [all, agents, me],
  );
  const name = (view: View) => {
    if (view.name !== null) return view.name;
    const team = teamOf(view.key, teams);
    if (team) return t('view.team', { team: team.name });
    return isHouseView(view.key) ? t(`view.${view.key}`) : view.key.replace(/^team:/, '');
  };
  return { views, name };
}
