import { Bot, Check, Hourglass, UserRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useNow } from '../lib/hooks.ts';
import { firstName, initials } from '../lib/text.ts';
import type { Owner } from '../lib/thread.ts';
import { duration, runningClock } from '../lib/time.ts';

interface Props {
  owner: Owner;
  agent: { key: string; name: string } | null;
  queuedAt: string | null;
  takenAt: string | null;
}

/** Who holds the conversation: assistant, queue, person. Always the same three colours. */
export function RelayPill({ owner, agent, queuedAt, takenAt }: Props) {
  const t = useTranslations();
  const now = useNow(owner === 'queue' ? 1_000 : 30_000);
  const unit = t('app.units');
  const since = queuedAt === null ? null : now - Date.parse(queuedAt);
  const waited =
    queuedAt === null || takenAt === null || takenAt < queuedAt
      ? null
      : Date.parse(takenAt) - Date.parse(queuedAt);
  const queueTime =
    since === null ? '' : since < 3_600_000 ? runningClock(since) : duration(since, unit);
  const name = agent ? firstName(agent.name) : t('owner.agent');
  const text =
    owner === 'queue'
      ? t('relay.queue', { time: queueTime })
      : owner === 'agent'
        ? t('relay.agent', { name: agent?.name ?? name })
        : t(`relay.${owner}`);

  return (
    <span className="relay" role="img" aria-label={t('relay.label', { text })}>
      {owner === 'bot' ? (
        <span className="now bot">
          <Bot className="i" />
          {t('owner.bot')}
        </span>
      ) : (
        <span>
          <Bot className="i" />
        </span>
      )}
      <span className="sep" />
      {owner === 'queue' ? (
        <span className="now queue">
          <Hourglass className="i" />
          {t('owner.queue')}
          {queueTime !== '' && <span className="rt">· {queueTime}</span>}
        </span>
      ) : (
        <span>
          <Hourglass className="i" />
          {owner !== 'bot' && waited !== null && waited >= 1_000 && duration(waited, unit, true)}
        </span>
      )}
      <span className="sep" />
      {owner === 'agent' ? (
        <span className="now agent">
          <span className="ava">{initials(agent?.name ?? name)}</span>
          {name}
        </span>
      ) : owner === 'done' ? (
        <span className="now end">
          <Check className="i" />
          {t('owner.done')}
        </span>
      ) : (
        <span>
          <UserRound className="i" />
        </span>
      )}
    </span>
  );
}
