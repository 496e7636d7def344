import {
  type InfiniteData,
  type QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { AlarmClock, Bot, Check, Hand, type LucideIcon, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { agentsQuery, teamsQuery } from '../../api/queries.ts';
import type { Action, ConversationLine } from '../../api/types.ts';
import { endTogether } from '../../lib/endings.ts';
import { useWords } from '../../lib/i18n.ts';
import { actOnEach } from '../../lib/many.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { say } from '../../ui/toasts.tsx';

/** The longest the server waits before it closes: what happens to many is easily a slip. */
const UNDO_S = 10;

interface Props {
  ids: readonly string[];
  onClear: () => void;
}

/**
 * What can be done with all that is chosen: said first, then done. Closing waits on the server, as it
 * does for one, and is taken back from its toast.
 */
export function BulkBar({ ids, onClear }: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: agents = [] } = useQuery(agentsQuery);
  const [planned, setPlanned] = useState<Action | null>(null);
  const work = useMutation({
    mutationFn: async (action: Action) => {
      // Those that are closed first can be kept open for the shortest.
      const until = Date.now() + UNDO_S * 1_000;
      const { ids: acted, ...counts } = await actOnEach(
        client,
        ids.map((id) => ({ id, action })),
      );
      if (action.undo_s) endTogether(acted, until);
      return counts;
    },
    onSuccess: (counts, action) => {
      // The toast of a closing says it, with the way back.
      if (!action.undo_s || counts.refused > 0) say(t('bulk.done', counts));
      onClear();
    },
    onError: () => say(t('bulk.stopped')),
  });

  const count = ids.length;
  const waiting = waitingAmong(client, ids);
  if (planned) {
    const team =
      agents.find((one) => one.key === planned.to)?.name ??
      teams.find((one) => one.key === planned.team)?.name ??
      '';
    return (
      <Bar label={t('bulk.label')}>
        <p className="bulkw fs12" role="status">
          {t(`bulk.effect.${planned.do as 'take'}`, { count, team })}
          {planned.do === 'resolve' && waiting > 0 && (
            <b> {t('bulk.unanswered', { count: waiting })}</b>
          )}
        </p>
        <Button size="s" onClick={() => setPlanned(null)} data-testid="bulk-undo">
          {t('app.cancel')}
        </Button>
        <Button
          size="s"
          look="pri"
          onClick={() => {
            setPlanned(null);
            work.mutate(planned);
          }}
          data-testid="bulk-now"
        >
          {t('bulk.now')}
        </Button>
      </Bar>
    );
  }
  const button = (Icon: LucideIcon, label: string, action: Action, testId?: string) => (
    <Button
      size="s"
      disabled={work.isPending}
      onClick={() => setPlanned(action)}
      data-testid={testId}
    >
      <Icon className="i i14" />
      <span className="cut">{label}</span>
    </Button>
  );
  return (
    <Bar label={t('bulk.label')}>
      <div className="row bulkw">
        <b className="fs12 nw grow" role="status">
          {t('bulk.chosen', { count })}
        </b>
        <IconButton small label={t('bulk.clear')} shortcut="Esc" onClick={onClear}>
          <X className="i i14" />
        </IconButton>
      </div>
      {button(Hand, t('thread.takeShort'), { do: 'take' })}
      <Whom
        label={t('thread.transfer')}
        shown={t('bulk.team')}
        of={teams.filter((team) => team.key !== 'bot')}
        disabled={work.isPending}
        onPick={(team) => setPlanned({ do: 'transfer', team })}
      />
      <Whom
        label={t('desk.assign.title')}
        shown={t('bulk.person')}
        of={agents}
        disabled={work.isPending}
        onPick={(to) => setPlanned({ do: 'assign', to })}
      />
      {button(AlarmClock, t('bulk.snooze'), { do: 'snooze' })}
      {button(Bot, t('app.assistant'), { do: 'return_to_bot' })}
      {button(Check, t('thread.resolve'), { do: 'resolve', undo_s: UNDO_S }, 'bulk-resolve')}
    </Bar>
  );
}

/** How many of them wait for an answer, as the lists on this page have it. */
function waitingAmong(client: QueryClient, ids: readonly string[]): number {
  const lists = client.getQueriesData<InfiniteData<{ items: ConversationLine[] }>>({
    queryKey: ['conversations'],
  });
  const lines = lists.flatMap(([, data]) => data?.pages.flatMap((page) => page.items) ?? []);
  const waits = new Set(lines.filter((line) => line.reply_due_at !== null).map((line) => line.id));
  return ids.filter((id) => waits.has(id)).length;
}

function Whom({
  label,
  shown,
  of,
  disabled,
  onPick,
}: {
  label: string;
  shown: string;
  of: readonly { key: string; name: string }[];
  disabled: boolean;
  onPick: (key: string) => void;
}) {
  return (
    <select
      className="inp bulksel"
      aria-label={label}
      value=""
      disabled={disabled}
      onChange={(event) => onPick(event.target.value)}
    >
      <option value="" disabled>
        {shown}
      </option>
      {of.map((one) => (
        <option key={one.key} value={one.key}>
          {one.name}
        </option>
      ))}
    </select>
  );
}

function Bar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="bulk" role="toolbar" aria-label={label}>
      {children}
    </div>
  );
}
