import { Link } from '@tanstack/react-router';
import { Package } from 'lucide-react';
import type { Conversation, Team, ThreadEvent } from '../../api/types.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { replyClock, sessionWindow } from '../../lib/sla.ts';
import { summaryOf } from '../../lib/summary.ts';
import { formatPhone } from '../../lib/text.ts';
import { duration } from '../../lib/time.ts';
import { Ring, SlaChip, VipSeal } from '../../ui/bits.tsx';
import { HandoffCard } from './handoff-card.tsx';
import { Past } from './past.tsx';
import { Suggestions } from './suggestions.tsx';

interface Props {
  conversation: Conversation;
  events: readonly ThreadEvent[];
  teams: readonly Team[];
  /** Says how needed the hand-off was; null for whoever only reads. */
  onRate: ((score: number) => void) | null;
  /** Puts a text into the reply; null for whoever may not reply. */
  onInsert: ((text: string) => void) | null;
}

const SOON_MS = 1_000;

/** To the orders of the conversation, wherever they are shown, as soon as they are there. */
export function focusOrders(): void {
  const until = performance.now() + SOON_MS;
  const look = () => {
    const orders = document.querySelector<HTMLElement>('[data-orders]');
    if (orders) orders.focus();
    else if (performance.now() < until) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Context of the open conversation; the hand-off card always first. */
export function SidePanel({ conversation, events, teams, onRate, onInsert }: Props) {
  const { t, language, segment } = useWords();
  const now = useNow(15_000);
  const reply = replyClock(conversation, now);
  const session = sessionWindow(conversation.window_closes_at, now);
  const unit = t('app.units');
  const { orders: known } = summaryOf(conversation);
  return (
    <>
      <HandoffCard
        conversation={conversation}
        events={events}
        teams={teams}
        now={now}
        onRate={onRate}
      />
      <section className="sec">
        <h3>{t('panel.deadlines')}</h3>
        <div className="clk">
          {'share' in reply ? (
            <Ring share={reply.share} tone={{ good: '', half: 'warn', last: 'bad' }[reply.kind]} />
          ) : (
            <Ring share={reply.kind === 'late' ? 0 : 1} tone="mute" />
          )}
          <span className="t1">{t('panel.nextReply')}</span>
          <span className="n">
            {'left' in reply ? (
              duration(reply.left, unit)
            ) : reply.kind === 'none' ? (
              t('panel.nothingDue')
            ) : (
              <SlaChip clock={reply} now={now} />
            )}
          </span>
        </div>
        <div className="clk">
          <Ring
            share={session.kind === 'closed' ? 0 : session.share}
            tone={session.kind === 'closing' ? 'warn' : ''}
          />
          <span className="t1">{t('panel.waWindow')}</span>
          <span className="n">
            {session.kind === 'closed' ? t('panel.windowClosed') : duration(session.left, unit)}
          </span>
        </div>
      </section>
      {conversation.orders.length > 0 && (
        <section className="sec" tabIndex={-1} data-orders>
          <h3>{t('panel.orders')}</h3>
          {conversation.orders.map((order) => (
            <div className="kb" key={order}>
              <Package className="i i14" />
              <div className="grow">
                <bdi className="med">{order}</bdi>
                {known.get(order) && (
                  <p className="t3 fs12" dir="auto">
                    {known.get(order)}
                  </p>
                )}
              </div>
            </div>
          ))}
        </section>
      )}
      <section className="sec">
        <h3>{t('panel.customer')}</h3>
        <dl className="dl">
          <dt>{t('panel.segment')}</dt>
          <dd>
            {conversation.segment ? segment(conversation.segment) : '–'}
            {conversation.is_vip && <VipSeal />}
          </dd>
          <dt>{t('panel.language')}</dt>
          <dd className="cap">{language(conversation.language)}</dd>
          <dt>{t('panel.person')}</dt>
          <dd>
            <Link
              className="link"
              to="/contacts/$id"
              params={{ id: conversation.contact.id }}
              search={({ view, q }) => ({
                from: conversation.id,
                ...(view ? { view } : {}),
                ...(q ? { q } : {}),
              })}
            >
              <bdi>{conversation.contact.name}</bdi>
            </Link>
          </dd>
          <dt>{t('panel.phone')}</dt>
          <dd className="n">
            <bdi>{formatPhone(conversation.contact.phone)}</bdi>
          </dd>
          {conversation.tags.length > 0 && (
            <>
              <dt>{t('panel.tags')}</dt>
              <dd className="wrap">
                {conversation.tags.map((tag) => (
                  <span className="lab" key={tag}>
                    {tag}
                  </span>
                ))}
              </dd>
            </>
          )}
          {conversation.csat !== null && (
            <>
              <dt>{t('panel.rating')}</dt>
              <dd className="n col0">
                {t('panel.ratingValue', { score: conversation.csat })}
                {conversation.csat_comment && (
                  <span className="t3" dir="auto">
                    {t('trace.quote', { text: conversation.csat_comment })}
                  </span>
                )}
              </dd>
            </>
          )}
          {conversation.linked_previous && (
            <>
              <dt>{t('panel.previous')}</dt>
              <dd>
                <Link
                  className="link"
                  to="/inbox/$id"
                  params={{ id: conversation.linked_previous }}
                >
                  {t('panel.openPrevious')}
                </Link>
              </dd>
            </>
          )}
        </dl>
      </section>
      <Past conversation={conversation} />
      <Suggestions conversation={conversation} onInsert={onInsert} />
    </>
  );
}
