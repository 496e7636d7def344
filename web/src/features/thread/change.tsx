import { ArrowLeftRight, Bot, Check, Clock, Star, UserRound } from 'lucide-react';
import { Fragment } from 'react';
import { useWords } from '../../lib/i18n.ts';
import type { ChangeRow } from '../../lib/thread.ts';
import { clock, duration } from '../../lib/time.ts';
import type { Asked } from './thread.tsx';
import { Why } from './why.tsx';

const ICON = {
  bot: Bot,
  queue: ArrowLeftRight,
  agent: UserRound,
  done: Check,
} as const;

/** A sentence between two episodes: what changed, why, by whom. */
export function Change({
  row,
  asked,
  teamName,
}: {
  row: ChangeRow;
  asked: Asked;
  teamName: (key: unknown) => string;
}) {
  const { t, locale, reason, topic } = useWords();
  const { event } = row;
  const change = event.change ?? {};
  const str = (key: string) => (typeof change[key] === 'string' ? change[key] : '');
  const team = teamName(change.team);
  const name = event.author ?? (personOf(change.agent) || t('change.someone'));
  const details: string[] = [];
  let title: string;
  switch (event.kind) {
    case 'escalated':
    case 'rerouted':
      title = t(`change.${event.kind}`, { team });
      if (str('reason')) details.push(reason(str('reason')));
      if (str('topic')) details.push(topic(str('topic')));
      break;
    case 'taken':
      title = t('change.taken', { name });
      if (row.waited !== null && row.waited >= 1_000) {
        details.push(t('change.after', { time: duration(row.waited, t('app.dayUnit'), true) }));
      }
      break;
    case 'assigned':
      title = t('change.assigned', { name: personOf(change.agent) || name });
      break;
    case 'transferred':
      title = t('change.transferred', { team });
      details.push(t('change.by', { name }));
      break;
    case 'returned':
    case 'returned_to_bot':
      title = t('change.returned');
      if (event.author) details.push(t('change.by', { name }));
      break;
    case 'rated':
      title = t('change.rated', { score: Number(change.score ?? change.csat ?? 0) });
      if (str('comment')) details.push(t('trace.quote', { text: str('comment') }));
      break;
    case 'resolved':
      title = t('change.resolved');
      if (event.author) details.push(t('change.by', { name }));
      break;
    default:
      title = t.has(`change.${event.kind}`)
        ? t(`change.${event.kind}` as 'change.opened')
        : event.kind;
  }
  const Icon = event.kind === 'rated' ? Star : event.kind === 'deferred' ? Clock : ICON[row.owner];
  const tier = typeof change.tier === 'number' ? t('tier.short', { tier: change.tier }) : '';
  return (
    <div className={`ev ${row.owner}`} data-testid={`change-${event.kind}`}>
      <span className="dot">
        <Icon className="i" />
      </span>
      <span className="cut">
        <b>{title}</b>
        {details.map((detail) => (
          <Fragment key={detail}> · {detail}</Fragment>
        ))}
      </span>
      {row.trace && (event.kind === 'escalated' || event.kind === 'rerouted') && (
        <Why
          trace={row.trace}
          text={asked(event.position)}
          isHandoff
          decision={[team, tier].filter(Boolean).join(' · ')}
        />
      )}
      <time dateTime={event.at}>{clock(event.at, locale)}</time>
    </div>
  );
}

function personOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object' && 'name' in value) return String(value.name);
  return '';
}
