import { Popover } from '@base-ui/react/popover';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowRight, Check, CircleDashed } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { flowQuery } from '../../api/lead-queries.ts';
import { sessionQuery } from '../../api/queries.ts';
import type { RuleTrace, Trace } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { stepNames } from '../../lib/steps.ts';
import { toneOf } from '../../lib/text.ts';
import { isWinner, marksOf } from '../../lib/thread.ts';
import type { PopupProps } from '../../ui/use-popup.ts';
import { MessageText } from './message-text.tsx';

const Correct = lazy(() =>
  import('../knowledge/correct.tsx').then((module) => ({ default: module.Correct })),
);

export interface WhyProps {
  trace: Trace;
  /** The message that was judged. */
  text: string | null;
  isHandoff: boolean;
  decision?: string;
  /** What the assistant said in this turn; not given where there were several. */
  said?: readonly string[];
}

/** The rules in order, what each found, and which one decided. */
export function WhyPopover({
  trace,
  text,
  isHandoff,
  decision,
  said,
  open,
  onOpenChange,
  button,
}: WhyProps & PopupProps) {
  const { t, locale } = useWords();
  const { id } = useParams({ strict: false });
  const { data: user } = useQuery(sessionQuery);
  const { data: flow } = useQuery({ ...flowQuery, enabled: trace.node !== null });
  const mayCorrect = user && user.role !== 'auditor';
  const hasSpoken = (rule: RuleTrace) =>
    rule.fired || rule.score > 0 || isWinner(rule, trace.winner);
  const spoke = trace.rules.filter(hasSpoken);
  const silent = trace.rules.filter((rule) => !hasSpoken(rule));
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Portal>
        <Popover.Positioner
          anchor={button}
          className="pos"
          sideOffset={8}
          align="start"
          collisionPadding={12}
        >
          <Popover.Popup className="pop trace" finalFocus={button}>
            <Popover.Title render={<b />}>
              {isHandoff ? t('trace.title') : t('trace.titleTurn')}
            </Popover.Title>
            {text !== null && text !== '' && (
              <p className="t3 fs12" dir="auto">
                <MessageText text={text} marks={marksOf(text, [trace])} />
              </p>
            )}
            {trace.rules.length === 0 ? (
              <p className="fs12 t3">{t('trace.noRule')}</p>
            ) : (
              <>
                <Rules rules={spoke} winner={trace.winner} />
                {silent.length > 0 && (
                  <details className="silent">
                    <summary>{t('trace.silent', { count: silent.length })}</summary>
                    <Rules rules={silent} winner={null} />
                  </details>
                )}
              </>
            )}
            {mayCorrect && text && (isHandoff || said) && (
              <Suspense>
                <Correct trace={trace} text={text} said={isHandoff ? null : (said ?? null)} />
              </Suspense>
            )}
            <div className="row between fs12 t3">
              {decision ? (
                <span>
                  {t('trace.decision')} <b>{decision}</b>
                </span>
              ) : (
                trace.node && (
                  <span>{t('trace.node', { node: stepNames(t, locale, flow)(trace.node) })}</span>
                )
              )}
              {id !== undefined && (
                <Link to="/flow" search={{ c: id }} className="link">
                  {t('trace.seeFlow')}
                </Link>
              )}
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Rules({ rules, winner }: { rules: readonly RuleTrace[]; winner: string | null }) {
  const { t } = useWords();
  if (rules.length === 0) return null;
  return (
    <ol className="rules" aria-label={t('trace.rules')}>
      {rules.map((rule) => (
        <RuleLine key={rule.rule} rule={rule} isFirst={isWinner(rule, winner)} />
      ))}
    </ol>
  );
}

function RuleLine({ rule, isFirst }: { rule: RuleTrace; isFirst: boolean }) {
  const { t, rule: nameOf, percent } = useWords();
  const isNear = !rule.fired && rule.score > 0 && rule.score >= rule.threshold * 0.75;
  const hit = isFirst || rule.fired;
  const tone = toneOf(rule.rule);
  const Icon = hit ? ArrowRight : isNear ? CircleDashed : Check;
  const quotes = rule.quotes.map((quote) => t('trace.quote', { text: quote.text })).join(', ');
  return (
    <li className={isFirst ? `win ${tone}` : hit || isNear ? '' : 'dim'}>
      <span className={`st ${hit ? `hit ${tone}` : isNear ? 'near' : 'ok'}`}>
        <Icon className={`i i12${hit ? ' flip' : ''}`} />
      </span>
      <span className="grow">
        {isFirst ? <b>{nameOf(rule.rule)}</b> : nameOf(rule.rule)}
        {quotes !== '' && (
          <span className="ex" dir="auto">
            {quotes}
          </span>
        )}
        {isNear && <span className="ex">{t('trace.near')}</span>}
      </span>
      {rule.score === 0 && !rule.fired ? (
        <span className="t3">{t('trace.nothing')}</span>
      ) : rule.threshold >= 1 ? (
        // Recognised or not: there is nothing in between to measure.
        <span className="t3">{t('trace.exact')}</span>
      ) : (
        <span className="n t3">
          {percent(rule.score)}{' '}
          <i className="lim">{t('trace.threshold', { value: percent(rule.threshold) })}</i>
        </span>
      )}
    </li>
  );
}
