import {
  AlarmClock,
  ArrowLeftRight,
  Bot,
  Check,
  Clock,
  Flag,
  Gauge,
  type LucideIcon,
  Pencil,
  Star,
  Tag,
  UserRound,
} from 'lucide-react';
import { Fragment } from 'react';
import { useWords } from '../../lib/i18n.ts';
import type { ChangeRow } from '../../lib/thread.ts';
import { clock, duration, longDay } from '../../lib/time.ts';
import type { Asked } from './thread.tsx';
import { Why } from './why.tsx';

const ICON = {
  bot: Bot,
  queue: ArrowLeftRight,
  agent: UserRound,
  done: Check,
} as const;

/** Changes that leave the conversation with whoever has it. */
const OWN_ICON: Readonly<Record<string, LucideIcon>> = {
  rated: Star,
  handoff_rated: Gauge,
  deferred: Clock,
  contact_rectified: Pencil,
  snoozed: AlarmClock,
  woken: AlarmClock,
  prioritised: Flag,
  tagged: Tag,
  untagged: Tag,
};

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
  const { t, locale, reason, topic, word } = useWords();
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
        details.push(t('change.after', { time: duration(row.waited, t('app.units'), true) }));
      }
      break;
    case 'assigned':
      title = t('change.assigned', { name: personOf(change.agent) || name });
      if (event.author) details.push(t('change.by', { name: event.author }));
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
      if (str('reason')) details.push(word('closing', str('reason')));
      if (event.author) details.push(t('change.by', { name }));
      break;
    case 'contact_rectified':
      title = t('change.contact_rectified');
      details.push(t('change.by', { name }));
      break;
    case 'snoozed': {
      const until = str('until');
      title = until
        ? t('change.snoozed', { time: `${longDay(until, locale)} ${clock(until, locale)}` })
        : t('change.snoozedReply');
      details.push(t('change.by', { name }));
      break;
    }
    case 'handoff_rated':
      title = t('change.handoff_rated', { score: Number(change.score ?? 0) });
      details.push(t('change.by', { name }));
      break;
    case 'prioritised':
      title = t('change.prioritised', { priority: word('priority', str('priority')) });
      details.push(t('change.by', { name }));
      break;
    case 'tagged':
    case 'untagged':
      title = t(`change.${event.kind}`, { tag: str('tag') });
      details.push(t('change.by', { name }));
      break;
    default:
      title = t.has(`change.${event.kind}`)
        ? t(`change.${event.kind}` as 'change.opened')
        : event.kind;
  }
  const Icon = OWN_ICON[event.kind] ?? ICON[row.owner];
  const tier = typeof change.tier === 'number' ? t('tier.short', { tier: change.tier }) : '';
  return (
    <div className={`ev ${row.owner}`} data-testid={`change-${event.kind}`}>
      <span className="dot">
        <Icon className="i" />
      </span>
      <span className="cut">
        <b>{title}</b>
        {details.map((detail) => (
          <Fragment key={detail}>
            {' · '}
            <bdi>{detail}</bdi>
          </Fragment>
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
