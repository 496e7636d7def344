import { ArrowLeftRight, Bot, ChevronsUp, ShieldAlert, Siren, UserRound } from 'lucide-react';
import { useMemo } from 'react';
import type { Conversation, Team, ThreadEvent } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { lineOf, type Mood, moodOf } from '../../lib/mood.ts';
import { saidOf } from '../../lib/said.ts';
import { summaryOf } from '../../lib/summary.ts';
import { clock, stamp } from '../../lib/time.ts';
import { Tier } from '../../ui/bits.tsx';

const STEPS = [1, 2, 3, 4, 5];

interface Props {
  conversation: Conversation;
  events: readonly ThreadEvent[];
  teams: readonly Team[];
  now: number;
  /** Null for whoever only reads. */
  onRate: ((score: number) => void) | null;
}

/** Why the assistant passed it on, what was said by then, and whether people were needed. */
export function HandoffCard({ conversation, events, teams, now, onRate }: Props) {
  const { t, locale, reason, topic, rule } = useWords();
  const { handoff, orders } = conversation;
  const { ask } = summaryOf(conversation);
  const said = useMemo(() => saidOf(events, orders), [events, orders]);
  const mood = useMemo(() => moodOf(events), [events]);
  // Nobody handed over what was said in the phone app.
  if (conversation.is_imported) return null;
  if (handoff === null) {
    return (
      <section className="sec" data-testid="handoff">
        <h3>
          <Bot className="i i14" />
          {t('panel.noHandoff')}
        </h3>
        {ask && (
          <p className="ask" dir="auto">
            {ask}
          </p>
        )}
        <p className="t3 fs12">{t('panel.noHandoffHelp')}</p>
      </section>
    );
  }
  const team = teams.find((one) => one.key === handoff.team)?.name ?? handoff.team;
  const isSensitive = handoff.reason === 'sensitive';
  const label =
    isSensitive && conversation.topic ? topic(conversation.topic) : reason(handoff.reason);
  const also = handoff.reasons.filter((one) => one !== handoff.reason);
  return (
    <section className="sec" data-testid="handoff">
      <h3>
        <ArrowLeftRight className="i i14" />
        {t('panel.handoff')}
        <time className="end n" dateTime={handoff.at}>
          {stamp(handoff.at, now, locale, t('app.yesterday')) || clock(handoff.at, locale)}
        </time>
      </h3>
      {ask && (
        <p className="ask" dir="auto">
          {ask}
        </p>
      )}
      <div className="row wrap g1 mt8">
        <span
          className={`chip ${isSensitive ? 'sens' : handoff.reason === 'sentiment' ? 'warn' : 'acc'}`}
          data-testid="reason"
        >
          {isSensitive ? <ShieldAlert className="i" /> : <UserRound className="i" />}
          <span className="cap">{label}</span>
        </span>
        {conversation.priority === 'urgent' && (
          <span className="chip bad">
            <Siren className="i" />
            {t('priority.urgent')}
          </span>
        )}
        {conversation.priority === 'high' && (
          <span className="chip warn">
            <ChevronsUp className="i" />
            {t('priority.high')}
          </span>
        )}
        <Tier tier={handoff.tier} />
      </div>
      {handoff.evidence.length > 0 && (
        <div className="evid">
          <h4 className="fs12 t3">{t('panel.evidence')}</h4>
          <ul>
            {handoff.evidence.map((one) => (
              <li key={`${one.rule}-${one.quote}`}>
                <mark className={/^sensitive/.test(one.rule) ? '' : 'warn'} dir="auto">
                  {one.quote}
                </mark>
                <span className="t3 fs12">{rule(one.rule)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <dl className="dl mt10">
        <dt>{t('panel.team')}</dt>
        <dd>{team}</dd>
        <dt>{t('panel.attempts')}</dt>
        <dd>
          {t('panel.attemptsValue', {
            failures: conversation.failures,
            escalations: conversation.escalations,
          })}
        </dd>
        {said.length > 0 && (
          <>
            <dt>{t('panel.said')}</dt>
            <dd className="wrap" data-testid="said">
              {said.map((kind) => t(`said.${kind}`)).join(', ')}
            </dd>
          </>
        )}
        {mood && (
          <>
            <dt>{t('panel.mood')}</dt>
            <dd data-testid="mood">
              <MoodLine mood={mood} />
              {t(`mood.${mood.now}`)}
            </dd>
          </>
        )}
        {also.length > 0 && (
          <>
            <dt>{t('panel.also')}</dt>
            <dd className="wrap">{also.map(reason).join(', ')}</dd>
          </>
        )}
      </dl>
      {(onRate || handoff.rated !== null) && <Rating rated={handoff.rated} onRate={onRate} />}
    </section>
  );
}

/** Up is worse; the last message is a dot. The word beside it says what a screen reader needs. */
function MoodLine({ mood }: { mood: Mood }) {
  const [width, height] = [76, 14];
  const line = lineOf(mood.points, width, height);
  const [x = '0', y = '0'] = line.split(' ').at(-1)?.split(',') ?? [];
  return (
    <svg
      className={`moodl ${mood.now}`}
      viewBox={`-3 -3 ${width + 6} ${height + 6}`}
      aria-hidden="true"
    >
      <line x1="0" x2={width} y1={height / 2} y2={height / 2} />
      <polyline points={line} />
      <circle cx={x} cy={y} r="2.5" />
    </svg>
  );
}

/** Five steps from "people had to come" to "the assistant would have done". */
function Rating({
  rated,
  onRate,
}: {
  rated: number | null;
  onRate: ((score: number) => void) | null;
}) {
  const { t } = useWords();
  const word = (step: number) =>
    [step, step === 1 && t('panel.rateNeeded'), step === 5 && t('panel.rateNot')]
      .filter(Boolean)
      .join(', ');
  return (
    <fieldset className="rateh" data-testid="rate">
      <legend className="fs12 t3">{t('panel.rate')}</legend>
      <div className="steps">
        {STEPS.map((step) => (
          <button
            key={step}
            type="button"
            aria-label={word(step)}
            aria-pressed={rated === step}
            disabled={onRate === null}
            onClick={() => onRate?.(step)}
          >
            {step}
          </button>
        ))}
      </div>
      <div className="row between fs11 t3" aria-hidden="true">
        <span>{t('panel.rateNeeded')}</span>
        <span>{t('panel.rateNot')}</span>
      </div>
    </fieldset>
  );
}
