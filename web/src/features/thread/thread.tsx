import { Bot, ChevronDown, ChevronRight, Lock } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Conversation, Team, ThreadEvent, Trace } from '../../api/types.ts';
import type { HeldReply } from '../../lib/held.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { sessionWindow } from '../../lib/sla.ts';
import type { Entry, EpisodeRow, Fold, GroupEntry, TurnEntry } from '../../lib/thread.ts';
import { clock, longDay } from '../../lib/time.ts';
import { Empty } from '../../ui/states.tsx';
import { Change } from './change.tsx';
import { MessageBubble, type Remedy } from './message-bubble.tsx';
import { PendingMessage } from './pending-message.tsx';
import { UndoRow } from './undo-row.tsx';
import type { Actions } from './use-actions.ts';
import { Why } from './why.tsx';

interface Props {
  conversation: Conversation;
  fold: Fold;
  events: readonly ThreadEvent[];
  teams: readonly Team[];
  actions: Actions;
  /** Goes to the templates: all that may be sent once the session window is closed. */
  onTemplate: () => void;
  /** The last send while it has not left, and how it is taken back. */
  held: HeldReply | null;
  onUndo: () => void;
}

const NEAR_END = 80;

/** The messages, on the rail of whoever held the conversation. */
export function Thread({
  conversation,
  fold,
  events,
  teams,
  actions,
  onTemplate,
  held,
  onUndo,
}: Props) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [isAway, setAway] = useState(false);
  const last = events.at(-1)?.position ?? 0;
  const shown = useRef({ id: '', last: 0 });
  const [heard, setHeard] = useState('');

  // The end stays in view unless the reader has gone up; a new conversation opens at its end.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was just written is the end, too
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const isNew = shown.current.id !== conversation.id;
    if (isNew || !isAway) element.scrollTop = element.scrollHeight;
    if (isNew) setAway(false);
    const fresh = events.filter(
      (event) => event.position > shown.current.last && event.by === 'customer' && event.message,
    );
    const said = fresh.at(-1)?.message?.text;
    if (!isNew && said)
      setHeard(t('thread.newMessage', { name: conversation.contact.name, text: said }));
    shown.current = { id: conversation.id, last };
  }, [conversation.id, conversation.contact.name, last, isAway, events, actions.pending.length, t]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && actions.pending.length > 0) element.scrollTop = element.scrollHeight;
  }, [actions.pending.length]);
  // The composer grows and windows change size: the end must not slip below the edge.
  useEffect(() => {
    const element = box.current;
    if (!element || isAway) return;
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isAway]);

  const asked = useMemo(() => questions(events), [events]);
  const under: Under = (event) =>
    held !== null && event.message?.id === held.message ? (
      <UndoRow held={held} onUndo={onUndo} />
    ) : null;
  const teamName = (key: unknown) =>
    teams.find((team) => team.key === key)?.name ?? (typeof key === 'string' ? key : '');
  const now = useNow(15_000);
  const isShut = sessionWindow(conversation.window_closes_at, now).kind === 'closed';
  const remedy: Remedy | undefined =
    conversation.status !== 'human'
      ? undefined
      : isShut
        ? { kind: 'template', open: onTemplate }
        : { kind: 'retry', send: (text) => actions.send({ do: 'reply', text }) };

  return (
    <div className="thwrap">
      <div
        ref={box}
        className="th"
        role="log"
        aria-label={t('thread.log')}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setAway(scrollHeight - scrollTop - clientHeight > NEAR_END);
        }}
      >
        {fold.rows.length === 0 ? (
          <Empty icon={<Bot className="i i20" />} title={t('thread.empty')} />
        ) : (
          <div className="thin">
            {fold.rows.map((row) =>
              row.type === 'change' ? (
                <Change key={row.key} row={row} asked={asked} teamName={teamName} />
              ) : (
                <Episode key={row.key} row={row} asked={asked} remedy={remedy} under={under} />
              ),
            )}
            {actions.pending.length > 0 && (
              <div className={`ep ${fold.owner}`}>
                {actions.pending.map((item) => (
                  <PendingMessage key={item.key} item={item} actions={actions} />
                ))}
              </div>
            )}
          </div>
        )}
      </div>
      {isAway && (
        <button
          type="button"
          className="jump"
          onClick={() => {
            if (box.current) box.current.scrollTop = box.current.scrollHeight;
          }}
        >
          <ChevronDown className="i i14" />
          {t('thread.jump')}
        </button>
      )}
      <span className="sr" aria-live="polite">
        {heard}
      </span>
    </div>
  );
}

/** What stands right under a message, and belongs to it. */
type Under = (event: ThreadEvent) => React.ReactNode;

export type Asked = (position: number) => string | null;

/** The customer's message that stood before a position. */
function questions(events: readonly ThreadEvent[]): Asked {
  const list = events.filter((event) => event.by === 'customer' && event.message !== null);
  return (position) => list.findLast((event) => event.position <= position)?.message?.text ?? null;
}

function Episode({
  row,
  asked,
  remedy,
  under,
}: {
  row: EpisodeRow;
  asked: Asked;
  remedy: Remedy | undefined;
  under: Under;
}) {
  return (
    <div className={`ep ${row.owner}`}>
      {row.entries.map((entry) => (
        <EntryView key={keyOf(entry)} entry={entry} asked={asked} remedy={remedy} under={under} />
      ))}
    </div>
  );
}

function keyOf(entry: Entry): string {
  switch (entry.type) {
    case 'message':
    case 'note':
      return String(entry.event.position);
    case 'turn':
      return `turn-${entry.events[0]?.position}`;
    case 'day':
      return `day-${entry.at}`;
    case 'group':
      return 'group';
  }
}

function EntryView({
  entry,
  asked,
  remedy,
  under,
}: {
  entry: Entry;
  asked: Asked;
  remedy: Remedy | undefined;
  under?: Under;
}) {
  const { locale } = useWords();
  switch (entry.type) {
    case 'message':
      return (
        <>
          <MessageBubble event={entry.event} marks={entry.marks} remedy={remedy} />
          {under?.(entry.event)}
        </>
      );
    case 'note':
      return <Note event={entry.event} />;
    case 'turn':
      return <Turn turn={entry} asked={asked} />;
    case 'group':
      return <Group group={entry} asked={asked} remedy={remedy} />;
    case 'day':
      return <div className="day">{longDay(entry.at, locale)}</div>;
  }
}

/** What the assistant said in one go: a line that opens in place. */
function Turn({ turn, asked }: { turn: TurnEntry; asked: Asked }) {
  const { t, locale } = useWords();
  const first = turn.events[0];
  const buttons = turn.events.reduce(
    (sum, event) => sum + (event.message?.buttons?.length ?? 0),
    0,
  );
  const parts = [
    t('thread.turnMessages', { count: turn.events.length }),
    ...(buttons > 0 ? [t('thread.turnButtons', { count: buttons })] : []),
  ];
  return (
    <Folded
      startsOpen={turn.isLive}
      title={first?.message?.text || t('owner.bot')}
      summary={parts.join(', ')}
      at={first ? clock(first.at, locale) : ''}
      trace={turn.trace}
      text={first ? asked(first.position) : null}
      said={turn.events.map((event) => event.message?.text ?? '')}
    >
      {turn.events.map((event) => (
        <MessageBubble key={event.position} event={event} marks={[]} />
      ))}
    </Folded>
  );
}

function Group({
  group,
  asked,
  remedy,
}: {
  group: GroupEntry;
  asked: Asked;
  remedy: Remedy | undefined;
}) {
  const { t, locale } = useWords();
  const first = group.entries.find((entry) => entry.type === 'message');
  const event = first?.type === 'message' ? first.event : undefined;
  const said = group.entries
    .flatMap((entry) =>
      entry.type === 'message' && entry.event.by === 'customer'
        ? [t('trace.quote', { text: entry.event.message?.text ?? '' })]
        : [],
    )
    .join(', ');
  return (
    <Folded
      startsOpen={false}
      title={t('thread.exchanges', { count: group.exchanges })}
      summary={said}
      at={event ? clock(event.at, locale) : ''}
      trace={group.trace}
      text={event?.message?.text ?? null}
    >
      {group.entries.map((entry) => (
        <EntryView key={keyOf(entry)} entry={entry} asked={asked} remedy={remedy} />
      ))}
    </Folded>
  );
}

function Folded({
  startsOpen,
  title,
  summary,
  at,
  trace,
  text,
  said,
  children,
}: {
  startsOpen: boolean;
  title: string;
  summary: string;
  at: string;
  trace: Trace | null;
  text: string | null;
  said?: readonly string[];
  children: React.ReactNode;
}) {
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? startsOpen;
  return (
    <div className="turnw">
      <div className="turn" data-testid="turn">
        <button
          type="button"
          className="turnb"
          aria-expanded={isOpen}
          onClick={() => setChoice(!isOpen)}
        >
          <ChevronRight className={`i i14 flip tw${isOpen ? ' down' : ''}`} />
          <span className="cut head" dir="auto">
            {title}
          </span>
          <span className="sum">·</span>
          <span className="cut sum" dir="auto">
            {summary}
          </span>
        </button>
        <time className="fs11 n">{at}</time>
        {trace && <Why trace={trace} text={text} isHandoff={false} {...(said ? { said } : {})} />}
      </div>
      {isOpen && <div className="turnp">{children}</div>}
    </div>
  );
}

function Note({ event }: { event: ThreadEvent }) {
  const { t, locale } = useWords();
  return (
    <div className="note" data-testid="note">
      <div className="h">
        <Lock className="i i12" />
        {t('thread.note')}
        <span className="t3">
          · {t('thread.noteNever')}
          {event.author && (
            <>
              {' · '}
              <bdi>{event.author}</bdi>
            </>
          )}
        </span>
        <time className="fs11 n" dateTime={event.at}>
          {clock(event.at, locale)}
        </time>
      </div>
      <span className="pre" dir="auto">
        {event.note}
      </span>
    </div>
  );
}
