import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, ArrowLeftRight, ChevronRight, Inbox, Route } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { flowQuery } from '../../api/lead-queries.ts';
import { conversationQuery, conversationsQuery, eventsQuery } from '../../api/queries.ts';
import { type PathTurn, turnsOf } from '../../lib/flow-path.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { stepNames } from '../../lib/steps.ts';
import { clock, stamp } from '../../lib/time.ts';
import { EVERYTHING } from '../../lib/views.ts';
import { ContactAvatar } from '../../ui/bits.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Bars, Empty, Failure } from '../../ui/states.tsx';

const RECENT = 30;

/** Whose way to follow. */
export function RecentPanel({ onFollow }: { onFollow: (id: string) => void }) {
  const { t, locale } = useWords();
  const now = useNow(60_000);
  const list = useInfiniteQuery(conversationsQuery(EVERYTHING));
  const lines = (list.data?.pages[0]?.items ?? []).slice(0, RECENT);
  return (
    <>
      <header className="bar">
        <Route className="i t3" />
        <h2 className="h15">{t('flow.follow')}</h2>
      </header>
      {list.isPending ? (
        <Bars count={6} />
      ) : list.isError ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : lines.length === 0 ? (
        <Empty
          icon={<Inbox className="i i20" />}
          title={t('flow.nobody')}
          text={t('flow.nobodyHelp')}
        >
          <Link to="/simulator" className="btn s">
            {t('list.empty.goSimulator')}
          </Link>
        </Empty>
      ) : (
        <ul className="pscroll">
          {lines.map((line) => (
            <li key={line.id}>
              <button
                type="button"
                className="prow"
                onClick={() => onFollow(line.id)}
                data-testid="follow"
              >
                <ContactAvatar name={line.contact.name} />
                <span className="grow col">
                  <b className="cut">{line.contact.name}</b>
                  <span className="cut fs12 t3" dir="auto">
                    {line.last_words ?? line.preview}
                  </span>
                </span>
                <time className="fs12 t3 n" dateTime={line.last_message_at}>
                  {stamp(line.last_message_at, now, locale, t('app.yesterday'))}
                </time>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface Props {
  id: string;
  /** The only turn shown, or null for all. */
  turn: number | null;
  onTurn: (position: number | null) => void;
  onStep: (node: string) => void;
  onBack: () => void;
}

/** One conversation, turn by turn: what was said, what decided, which steps it went through. */
export function PathPanel({ id, turn, onTurn, onStep, onBack }: Props) {
  const t = useTranslations();
  const client = useQueryClient();
  const detail = useQuery(conversationQuery(id));
  const events = useQuery(eventsQuery(client, id));
  const turns = turnsOf(events.data ?? []);
  return (
    <>
      <header className="bar">
        <IconButton label={t('flow.backToAll')} className="flip" onClick={onBack}>
          <ArrowLeft className="i" />
        </IconButton>
        <h2 className="h15 cut grow">{detail.data?.contact.name ?? ''}</h2>
        <Link to="/inbox/$id" params={{ id }} className="btn s">
          <Inbox className="i" />
          {t('flow.open')}
        </Link>
      </header>
      {events.isPending ? (
        <Bars count={5} />
      ) : events.isError ? (
        <Failure error={events.error} onRetry={() => void events.refetch()} />
      ) : turns.length === 0 ? (
        <Empty
          icon={<Route className="i i20" />}
          title={t('flow.noTurn')}
          text={t('flow.noTurnHelp')}
        />
      ) : (
        <>
          <p className="psum fs12 t3" role="status">
            {t('flow.summary', {
              turns: turns.length,
              steps: new Set(turns.flatMap((one) => one.steps.map((step) => step.node))).size,
            })}
            {turn !== null && (
              <button type="button" className="link" onClick={() => onTurn(null)}>
                {t('flow.whole')}
              </button>
            )}
          </p>
          <ol className="pscroll" data-testid="turns">
            {turns.map((one) => (
              <Turn
                key={one.position}
                turn={one}
                isOn={turn === one.position}
                onTurn={() => onTurn(turn === one.position ? null : one.position)}
                onStep={onStep}
              />
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function Turn({
  turn,
  isOn,
  onTurn,
  onStep,
}: {
  turn: PathTurn;
  isOn: boolean;
  onTurn: () => void;
  onStep: (node: string) => void;
}) {
  const { t, locale, rule } = useWords();
  const { data: flow } = useQuery(flowQuery);
  const nameOf = stepNames(t, locale, flow);
  const steps = turn.steps.filter((step, i) => turn.steps[i - 1]?.node !== step.node);
  return (
    <li className={`pturn${isOn ? ' on' : ''}`}>
      <button type="button" className="psaid" aria-pressed={isOn} onClick={onTurn}>
        <span className="pbub" dir="auto">
          {turn.said ?? t('flow.silence')}
        </span>
        <time className="fs11 t3 n">{clock(turn.at, locale)}</time>
      </button>
      <div className="pway fs12">
        {turn.winner && <span className="chip line">{rule(turn.winner)}</span>}
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step can be passed twice in a turn
          <span key={i} className="row g1">
            {(i > 0 || turn.winner) && <ChevronRight className="i i12 t3 flip" />}
            <button
              type="button"
              className="link cut"
              title={nameOf(step.node)}
              onClick={() => onStep(step.node)}
            >
              {nameOf(step.node)}
            </button>
          </span>
        ))}
        {turn.isHandoff && (
          <span className="chip acc">
            <ArrowLeftRight className="i" />
            {t('flow.handoff')}
          </span>
        )}
        {steps.length === 0 && !turn.isHandoff && <span className="t3">{t('flow.outside')}</span>}
      </div>
    </li>
  );
}
