import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AlarmClock, Bot, Check, Hand, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { agentsQuery, teamsQuery } from '../../api/queries.ts';
import type { Action } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { actOnEach } from '../../lib/many.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { say } from '../../ui/toasts.tsx';

/** Time to change one's mind: what happens to many customers cannot be called back afterwards. */
const GRACE_S = 6;

interface Props {
  ids: readonly string[];
  onClear: () => void;
}

/** What can be done with all that is chosen: said first, done a few seconds later. */
export function BulkBar({ ids, onClear }: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: agents = [] } = useQuery(agentsQuery);
  const [planned, setPlanned] = useState<Action | null>(null);
  const [left, setLeft] = useState(GRACE_S);
  const work = useMutation({
    mutationFn: (action: Action) =>
      actOnEach(
        client,
        ids.map((id) => ({ id, action })),
      ),
    onSuccess: (result) => {
      say(t('bulk.done', result));
      onClear();
    },
    onError: () => say(t('bulk.stopped')),
  });
  const plan = (action: Action) => {
    setLeft(GRACE_S);
    setPlanned(action);
  };
  const run = useRef(() => {});
  run.current = () => {
    if (!planned) return;
    setPlanned(null);
    work.mutate(planned);
  };
  useEffect(() => {
    if (!planned) return;
    const timer = setInterval(() => setLeft((before) => before - 1), 1_000);
    return () => clearInterval(timer);
  }, [planned]);
  useEffect(() => {
    if (planned && left <= 0) run.current();
  }, [planned, left]);

  const count = ids.length;
  if (planned) {
    const team =
      agents.find((one) => one.key === planned.to)?.name ??
      teams.find((one) => one.key === planned.team)?.name ??
      '';
    return (
      <Bar label={t('bulk.label')}>
        <p className="grow fs12" role="status">
          {t(`bulk.effect.${planned.do as 'take'}`, { count, team })}{' '}
          <span className="t3 n">{t('bulk.in', { seconds: Math.max(0, left) })}</span>
        </p>
        <Button size="s" onClick={() => setPlanned(null)} data-testid="bulk-undo">
          {t('app.cancel')}
        </Button>
        <Button size="s" look="soft" onClick={() => run.current()} data-testid="bulk-now">
          {t('bulk.now')}
        </Button>
      </Bar>
    );
  }
  return (
    <Bar label={t('bulk.label')}>
      <b className="fs12 nw" role="status">
        {t('bulk.chosen', { count })}
      </b>
      <span className="end row g1">
        <IconButton
          label={t('thread.take')}
          disabled={work.isPending}
          onClick={() => plan({ do: 'take' })}
        >
          <Hand className="i" />
        </IconButton>
        <select
          className="inp bulksel"
          aria-label={t('thread.transfer')}
          value=""
          disabled={work.isPending}
          onChange={(event) => plan({ do: 'transfer', team: event.target.value })}
        >
          <option value="" disabled>
            {t('bulk.team')}
          </option>
          {teams
            .filter((team) => team.key !== 'bot')
            .map((team) => (
              <option key={team.key} value={team.key}>
                {team.name}
              </option>
            ))}
        </select>
        <select
          className="inp bulksel"
          aria-label={t('desk.assign.title')}
          value=""
          disabled={work.isPending}
          onChange={(event) => plan({ do: 'assign', to: event.target.value })}
        >
          <option value="" disabled>
            {t('bulk.person')}
          </option>
          {agents.map((agent) => (
            <option key={agent.key} value={agent.key}>
              {agent.name}
            </option>
          ))}
        </select>
        <IconButton
          label={t('desk.snooze.menu')}
          disabled={work.isPending}
          onClick={() => plan({ do: 'snooze' })}
        >
          <AlarmClock className="i" />
        </IconButton>
        <IconButton
          label={t('thread.return')}
          disabled={work.isPending}
          onClick={() => plan({ do: 'return_to_bot' })}
        >
          <Bot className="i" />
        </IconButton>
        <IconButton
          label={t('thread.resolve')}
          disabled={work.isPending}
          onClick={() => plan({ do: 'resolve' })}
          data-testid="bulk-resolve"
        >
          <Check className="i" />
        </IconButton>
        <IconButton label={t('bulk.clear')} shortcut="Esc" onClick={onClear}>
          <X className="i" />
        </IconButton>
      </span>
    </Bar>
  );
}

function Bar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="bulk" role="toolbar" aria-label={label}>
      {children}
    </div>
  );
}
