import '../styles/inbox.css';
import '../styles/simulator.css';
import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Inbox, RotateCcw, Smartphone, Workflow } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { conversationQuery, conversationsQuery, instanceQuery } from '../api/queries.ts';
import type { ConversationLine } from '../api/types.ts';
import { ConversationList } from '../features/inbox/conversation-list.tsx';
import {
  freshHolder,
  type Holder,
  savedHolder,
  saveHolder,
} from '../features/simulator/persona.ts';
import { PersonaPicker } from '../features/simulator/persona-picker.tsx';
import { Phone } from '../features/simulator/phone.tsx';
import { type Step, stepOf } from '../features/simulator/steps.ts';
import { ConversationPane } from '../features/thread/conversation-pane.tsx';
import { EndingToasts } from '../features/thread/ending-toasts.tsx';
import { useMedia } from '../lib/hooks.ts';
import { firstName, samePhone } from '../lib/text.ts';
import { useTitle } from '../lib/title.ts';
import { EVERYTHING, OPEN } from '../lib/views.ts';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/segments.tsx';
import { Empty } from '../ui/states.tsx';

/** The phone of a customer beside the live inbox: the whole relay on one screen. */
export function SimulatorPage() {
  const t = useTranslations();
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const nameOf = (number: string) => t('sim.freshName', { number });
  const [holder, setHolder] = useState<Holder>(() => savedHolder() ?? freshHolder(nameOf));
  const [chosen, setChosen] = useState<string | null>(null);
  const [isGuided, setGuided] = useState(true);
  const [tab, setTab] = useState<'phone' | 'inbox'>('phone');
  const hasList = useMedia('(min-width: 80rem)');
  useTitle(t('sim.title'));

  const hold = (next: Holder) => {
    saveHolder(next);
    setHolder(next);
    setChosen(null);
  };
  const restart = () => {
    hold(freshHolder(nameOf));
    setGuided(true);
  };

  const line = useConversationOf(holder);
  const detail = useQuery({ ...conversationQuery(line?.id ?? ''), enabled: line !== null });
  const step = stepOf(line, detail.data ?? null);
  const id = chosen ?? line?.id ?? null;
  const isFollowing = id === (line?.id ?? null);

  return (
    <>
      <EndingToasts />
      <header className="bar simbar">
        <h1>{t('sim.title')}</h1>
        <span className="t3 cut wide-only">{t('sim.lead')}</span>
        <span className="end row">
          {isGuided && (
            <>
              <span className="steps3" aria-hidden="true">
                <i className="on" />
                <i className={step >= 2 ? 'on' : ''} />
                <i className={step >= 3 ? 'on' : ''} />
              </span>
              <span className="fs12 t3 nw" role="status">
                {t('sim.step', { step: Math.min(step, 3) })}
              </span>
              <Button size="s" look="ghost" onClick={() => setGuided(false)}>
                {t('sim.skip')}
              </Button>
            </>
          )}
          {id && (
            <Link to="/flow" search={{ c: id }} className="btn s" aria-label={t('sim.flow')}>
              <Workflow className="i" />
              <span className="wide-only">{t('sim.flow')}</span>
            </Link>
          )}
          <Button size="s" aria-label={t('sim.restart')} onClick={restart}>
            <RotateCcw className="i" />
            <span className="wide-only">{t('sim.restart')}</span>
          </Button>
        </span>
      </header>
      <Segments
        className="simtabs"
        label={t('sim.show')}
        of={['phone', 'inbox'] as const}
        value={tab}
        onPick={setTab}
      >
        {(one) => (
          <>
            {one === 'phone' ? <Smartphone className="i i14" /> : <Inbox className="i i14" />}
            {one === 'phone' ? firstName(holder.name) : t('app.inboxShort')}
            {one === 'inbox' && tab === 'phone' && step === 2 && <span className="badge">1</span>}
          </>
        )}
      </Segments>
      <div className={`duo show-${tab}${hasList ? '' : ' no-list'}`}>
        <div className="simwrap">
          {isGuided && (step === 1 || step >= 4) && <Coach step={step} name={holder.name} />}
          <Phone key={holder.phone} holder={holder} business={instance.name} />
          <PersonaPicker holder={holder} onHolder={hold} onFresh={restart} />
        </div>
        {hasList && (
          <section className="pane listp" aria-label={t('app.inbox')}>
            <div className="fbar">
              <b className="fs12">{t('app.inbox')}</b>
              <span className="end fs12 t3 row g1">
                <span className="livedot" />
                {t('sim.live')}
              </span>
            </div>
            <ConversationList
              filter={OPEN}
              selected={id}
              onOpen={(next) => setChosen(next === line?.id ? null : next)}
              empty={{ title: t('sim.none'), text: t('sim.noneHelp') }}
            />
          </section>
        )}
        <div className="simthread">
          {id ? (
            <ConversationPane
              id={id}
              hasPanel={false}
              badge={isFollowing ? t('sim.offstats') : undefined}
              hint={
                isGuided && isFollowing && (step === 2 || step === 3) ? (
                  <Coach step={step} name={holder.name} />
                ) : undefined
              }
            />
          ) : (
            <section className="pane mid none">
              <Empty
                icon={<Inbox className="i i20" />}
                title={t('sim.none')}
                text={t('sim.noneHelp')}
              />
            </section>
          )}
        </div>
      </div>
    </>
  );
}

/** The newest conversation of whoever holds the phone. */
function useConversationOf(holder: Holder): ConversationLine | null {
  const found = useInfiniteQuery(conversationsQuery({ q: holder.phone }));
  const all = useInfiniteQuery(conversationsQuery(EVERYTHING));
  const lines = [...(found.data?.pages ?? []), ...(all.data?.pages ?? [])]
    .flatMap((page) => page.items)
    .filter(
      (line) => line.contact.name === holder.name || samePhone(line.contact.phone, holder.phone),
    );
  return lines.reduce<ConversationLine | null>(
    (newest, line) => (newest === null || line.number > newest.number ? line : newest),
    null,
  );
}

function Coach({ step, name }: { step: Step; name: string }) {
  const t = useTranslations();
  const number = Math.min(step, 3);
  return (
    <div className={`hint s${step}`}>
      <span className="hn" aria-hidden="true">
        {number}
      </span>
      <div>
        <b>{t(`sim.hint${step}`, { name: firstName(name) })}</b>
        <p className="t3">{t(`sim.hint${step}Text`)}</p>
      </div>
    </div>
  );
}
