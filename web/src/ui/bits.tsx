// Small fixed parts of the visual language: avatars, seals, tiers, clocks.
import { AlarmClock, Bot, Check, Gem, Hourglass, Lock, MessageCircle, Pause } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Clock } from '../lib/sla.ts';
import { sessionWindow } from '../lib/sla.ts';
import { initials, tintOf } from '../lib/text.ts';
import type { Owner } from '../lib/thread.ts';
import { duration } from '../lib/time.ts';

export function ContactAvatar({ name, size = '' }: { name: string; size?: '' | 'lg' }) {
  return (
    <span className={`ava ${size}`.trim()} aria-hidden="true">
      {initials(name)}
      <span className="ch">
        <MessageCircle className="i" />
      </span>
    </span>
  );
}

export function AgentAvatar({
  agentKey,
  name,
  size,
}: {
  agentKey: string;
  name: string;
  size: 's' | 'md';
}) {
  const tint = ['a2', 'a3', 'a5', 'a1'][tintOf(agentKey, 4)];
  return (
    <span className={`ava ${size} ${tint}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

export function OwnerGlyph({
  owner,
  agent,
}: {
  owner: Owner;
  agent: { key: string; name: string } | null;
}) {
  const t = useTranslations();
  if (owner === 'agent' && agent) {
    return (
      <>
        <AgentAvatar agentKey={agent.key} name={agent.name} size="s" />
        <span className="sr">{agent.name}</span>
      </>
    );
  }
  const look = owner === 'bot' ? 'bot' : owner === 'queue' ? 'q' : '';
  const Icon = owner === 'bot' ? Bot : owner === 'queue' ? Hourglass : Check;
  return (
    <>
      <span className={`ava s ${look}`} aria-hidden="true">
        <Icon className="i i12" />
      </span>
      <span className="sr">{t(`owner.${owner}`)}</span>
    </>
  );
}

export function Tier({ tier }: { tier: number }) {
  const t = useTranslations();
  return (
    <span className={`tier t-${tier}`}>
      <i />
      <i />
      <i />
      <b aria-hidden="true">{t('tier.short', { tier })}</b>
      <span className="sr">{t('tier.long', { tier })}</span>
    </span>
  );
}

export function VipSeal() {
  const t = useTranslations();
  return (
    <span className="vip">
      <Gem className="i" />
      {t('vip')}
    </span>
  );
}

const TURN = 31.42;

export function Ring({ share, tone = '' }: { share: number; tone?: string }) {
  return (
    <svg className={`r13 ${tone}`.trim()} viewBox="0 0 13 13" aria-hidden="true">
      <circle className="tr" cx="6.5" cy="6.5" r="5" />
      <circle
        className="pr"
        cx="6.5"
        cy="6.5"
        r="5"
        strokeDasharray={`${(share * TURN).toFixed(1)} ${TURN}`}
        transform="rotate(-90 6.5 6.5)"
      />
    </svg>
  );
}

export function SlaChip({
  clock,
  windowClosesAt,
  now,
}: {
  clock: Clock;
  windowClosesAt?: string | null;
  now: number;
}) {
  const t = useTranslations();
  const unit = t('app.units');
  switch (clock.kind) {
    case 'late':
      return (
        <span className="sla late">
          <AlarmClock className="i i12" />
          <span aria-hidden="true">+{duration(clock.over, unit)}</span>
          <span className="sr">{t('sla.late', { time: duration(clock.over, unit) })}</span>
        </span>
      );
    case 'good':
    case 'half':
    case 'last': {
      const look = { good: '', half: 'warn', last: 'bad' }[clock.kind];
      const time = duration(clock.left, unit);
      return (
        <span className={`sla ${look}`.trim()}>
          <Ring share={clock.share} />
          <span aria-hidden="true">{time}</span>
          <span className="sr">{t('sla.due', { time })}</span>
        </span>
      );
    }
    case 'paused': {
      if (clock.cause === 'customer' && windowClosesAt !== undefined) {
        if (sessionWindow(windowClosesAt, now).kind === 'closed') {
          return (
            <span className="sla off">
              <Lock className="i i12" />
              <span aria-hidden="true">{t('sla.window')}</span>
              <span className="sr">{t('sla.windowLong')}</span>
            </span>
          );
        }
      }
      return (
        <span className="sla off">
          <Pause className="i i12" />
          <span aria-hidden="true">{t(`sla.${clock.cause}`)}</span>
          <span className="sr">{t(`sla.${clock.cause}Long`)}</span>
        </span>
      );
    }
    case 'none':
      return null;
  }
}
