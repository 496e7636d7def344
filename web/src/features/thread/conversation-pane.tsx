import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight, ChevronDown, ChevronLeft, SearchX } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, toApiError } from '../../api/client.ts';
import { conversationQuery, eventsQuery, sessionQuery, teamsQuery } from '../../api/queries.ts';
import type { Action, Conversation, Team, ThreadEvent } from '../../api/types.ts';
import { keepMode, type Mode, modeOf, readDraft, writeDraft } from '../../lib/drafts.ts';
import { useLasting, useOnce } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { onMacroCalled } from '../../lib/macros.ts';
import { refresh } from '../../lib/outbox.ts';
import { Attendance, useOthers } from '../../lib/presence.ts';
import { summaryOf } from '../../lib/summary.ts';
import { foldThread } from '../../lib/thread.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Bars, Empty, Failure } from '../../ui/states.tsx';
import { say } from '../../ui/toasts.tsx';
import type { DeskKind } from '../desk/desk-dialog.tsx';
import { PlanBar } from '../macros/plan-bar.tsx';
import { Composer, focusComposer } from './composer.tsx';
import { Header } from './header.tsx';
import { HoldBar } from './hold-bar.tsx';
import { Problem } from './problem.tsx';
import { SidePanel } from './side-panel.tsx';
import { Thread } from './thread.tsx';
import { type HeldReply, useActions } from './use-actions.ts';
import { useRefusal } from './use-refusal.ts';

// Seldom used: fetched when first opened.
const Modal = lazy(() =>
  import('../../ui/modal.tsx').then((module) => ({ default: module.Modal })),
);
const TransferDialog = lazy(() =>
  import('./transfer-dialog.tsx').then((module) => ({ default: module.TransferDialog })),
);

const DeskDialog = lazy(() =>
  import('../desk/desk-dialog.tsx').then((module) => ({ default: module.DeskDialog })),
);

const MacroDialog = lazy(() =>
  import('../macros/macro-dialog.tsx').then((module) => ({ default: module.MacroDialog })),
);

const NO_TEAMS: Team[] = [];
const NO_EVENTS: ThreadEvent[] = [];

interface Props {
  id: string;
  /** The panel stands beside the thread; otherwise it opens over it. */
  hasPanel: boolean;
  onBack?: () => void;
  /** Opens the next conversation that waits; null when there is none. */
  onNext?: (() => void) | null;
  /** Said after the number, such as "trial". */
  badge?: string | undefined;
  hint?: ReactNode;
}

/** One conversation, whole: header, thread, composer or hold bar, and its context. */
export function ConversationPane(props: Props) {
  const { id, onBack } = props;
  const { t } = useWords();
  const client = useQueryClient();
  const detail = useQuery(conversationQuery(id));
  const thread = useQuery(eventsQuery(client, id));
  const isSlow = useLasting(detail.isPending || thread.isPending);
  const error = detail.error ?? thread.error;

  if (!detail.data || !thread.data) {
    if (error) {
      const isMissing = error instanceof ApiError && error.status === 404;
      return (
        <section className="pane mid">
          {isMissing ? (
            <Empty
              icon={<SearchX className="i i20" />}
              title={t('thread.missing')}
              text={t('thread.missingHelp')}
            >
              <Link to="/inbox" className="btn s">
                {t('thread.goList')}
              </Link>
            </Empty>
          ) : (
            <Failure
              error={error}
              title={t('thread.failed')}
              onRetry={() => {
                void detail.refetch();
                void thread.refetch();
              }}
            />
          )}
        </section>
      );
    }
    return (
      <section className="pane mid" aria-busy="true">
        <header className="hd">
          {onBack && (
            <IconButton label={t('app.back')} className="flip backb" onClick={onBack}>
              <ChevronLeft className="i" />
            </IconButton>
          )}
        </header>
        {isSlow && <Bars count={5} />}
      </section>
    );
  }
  return (
    <Loaded
      {...props}
      key={id}
      conversation={detail.data}
      events={thread.data}
      error={error ?? null}
    />
  );
}

function Loaded({
  conversation,
  events = NO_EVENTS,
  hasPanel,
  onBack,
  onNext,
  badge,
  hint,
}: Props & { conversation: Conversation; events: ThreadEvent[]; error: Error | null }) {
  const { t } = useWords();
  const client = useQueryClient();
  const refusal = useRefusal();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { data: teams = NO_TEAMS } = useQuery(teamsQuery);
  const actions = useActions(conversation);
  const fold = useMemo(() => foldThread(events), [events]);
  const heard = useMemo(
    () =>
      events
        .filter((event) => event.by === 'customer' && event.message !== null)
        .map((event) => event.position),
    [events],
  );
  const others = useOthers(conversation.id, user?.agent_key ?? null);
  const attendance = useRef<Attendance | null>(null);
  const mayAct = user?.role !== 'auditor';
  useEffect(() => {
    if (!mayAct) return;
    const here = new Attendance(conversation.id);
    attendance.current = here;
    return () => here.leave();
  }, [conversation.id, mayAct]);
  const box = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLElement>(null);
  const [mode, setModeNow] = useState<Mode>(() => modeOf(conversation.id));
  const setMode = (next: Mode) => {
    keepMode(conversation.id, next);
    setModeNow(next);
  };
  const [isNoting, setNoting] = useState(false);
  const [isTransferOpen, setTransferOpen] = useState(false);
  const [isCardOpen, setCardOpen] = useState(false);
  const [desk, setDesk] = useState<DeskKind | null>(null);
  const [macro, setMacro] = useState<string | null>(null);
  useEffect(() => (mayAct ? onMacroCalled(setMacro) : undefined), [mayAct]);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const wasOpened = {
    macro: useOnce(macro !== null),
    card: useOnce(isCardOpen),
    transfer: useOnce(isTransferOpen),
    desk: useOnce(desk !== null),
  };

  const isMine =
    conversation.status === 'human' &&
    conversation.assignee !== null &&
    (conversation.assignee.key === user?.agent_key || conversation.assignee.key === user?.login);
  const isOpen = conversation.status !== 'resolved';

  const attempt = async (work: Promise<unknown>, done: string) => {
    setProblem(null);
    try {
      await work;
      say(done);
      return true;
    } catch (error) {
      setProblem(toApiError(error));
      return false;
    }
  };
  const toComposer = () => requestAnimationFrame(() => focusComposer(box.current));
  const take = () => {
    if (isMine || !isOpen || actions.isBusy) return;
    void attempt(actions.run({ do: 'take' }), t('done.take')).then((isDone) => {
      if (!isDone) return;
      setMode('reply');
      setNoting(false);
      toComposer();
    });
  };
  const giveBack = () => {
    if (!isOpen || conversation.status === 'bot' || actions.isBusy) return;
    void attempt(actions.run({ do: 'return_to_bot' }), t('done.return'));
  };
  const resolve = (then?: (() => void) | null) => {
    if (!isOpen || actions.isBusy) return;
    void attempt(actions.run({ do: 'resolve', reason: 'solved' }), t('done.resolve')).then(
      (isDone) => isDone && then?.(),
    );
  };
  const write = (next: Mode) => {
    if (next === 'note' && !isMine) setNoting(true);
    else if (next === 'reply' && !isMine) return;
    setMode(next);
    toComposer();
  };
  /** A ready text into the reply that is being written. */
  const insert = (text: string) => {
    const rest = readDraft(conversation.id, 'reply');
    writeDraft(conversation.id, 'reply', rest === '' ? text : `${rest.trimEnd()}\n${text}`);
    setCardOpen(false);
    write('reply');
  };
  const held = useMemo(() => heldReply(events, user?.name ?? null), [events, user?.name]);
  const undo = () => {
    if (held === null || held.until <= Date.now()) return;
    void attempt(actions.run({ do: 'take_back', message: held.message }), t('done.take_back')).then(
      (isDone) => {
        if (!isDone) return;
        const rest = readDraft(conversation.id, 'reply');
        const text = rest === '' ? held.text : `${held.text}\n${rest}`;
        writeDraft(conversation.id, 'reply', text);
        write('reply');
      },
    );
  };
  /** Carries out what a small dialog asked about; says in words why not. */
  const onDesk = async (action: Action) => {
    try {
      await actions.run(action);
      if (action.do !== 'tag' && action.do !== 'untag') say(t(`done.${action.do as 'snooze'}`));
      return null;
    } catch (error) {
      return refusal(toApiError(error));
    }
  };
  const ask = (kind: DeskKind) => (isOpen && mayAct ? () => setDesk(kind) : undefined);
  const wake = () => void attempt(actions.run({ do: 'wake' }), t('done.wake'));
  const takeForMe = () => {
    const me = user?.agent_key;
    if (me) void attempt(actions.run({ do: 'assign', to: me }), t('done.take'));
  };
  const transfer = () => isOpen && setTransferOpen(true);

  useKeys({
    t: take,
    b: giveBack,
    e: ask('close'),
    z: ask('snooze'),
    'shift+z': conversation.is_snoozed ? wake : undefined,
    p: ask('priority'),
    l: mayAct ? () => setDesk('tags') : undefined,
    u: ask('raise'),
    a: ask('assign'),
    'shift+a': isOpen && mayAct && !isMine ? takeForMe : undefined,
    'shift+e': () => resolve(onNext),
    r: () => write('reply'),
    n: () => write('note'),
    m: transfer,
    'shift+m': mayAct ? () => setMacro('') : undefined,
    w: () => [...(pane.current?.querySelectorAll<HTMLElement>('.why') ?? [])].at(-1)?.click(),
    h: hasPanel ? undefined : () => setCardOpen(true),
  });

  const panel = (
    <SidePanel conversation={conversation} teams={teams} onInsert={isMine ? insert : null} />
  );
  return (
    <>
      <section
        ref={pane}
        className="pane mid"
        aria-label={t('thread.label', { name: conversation.contact.name })}
      >
        <Header
          conversation={conversation}
          fold={fold}
          actions={actions}
          badge={badge}
          onBack={onBack}
          onCard={hasPanel ? null : () => setCardOpen(true)}
          onResolve={() => resolve()}
          onTransfer={transfer}
          onReturn={giveBack}
          onDesk={setDesk}
          onMacro={() => setMacro('')}
          others={others}
        />
        {!hasPanel && conversation.handoff && (
          <button type="button" className="pask" onClick={() => setCardOpen(true)}>
            <ArrowLeftRight className="i i14" />
            <Ask conversation={conversation} />
            <ChevronDown className="i i14" />
          </button>
        )}
        {problem && (
          <Problem
            problem={problem}
            conversation={conversation}
            text={refusal(problem)}
            onNext={onNext}
            onClose={() => setProblem(null)}
          />
        )}
        <Thread
          conversation={conversation}
          fold={fold}
          events={events}
          teams={teams}
          actions={actions}
          onTemplate={() => write('reply')}
          held={held}
          onUndo={undo}
        />
        {hint}
        <PlanBar id={conversation.id} />
        {!isMine && (
          <HoldBar
            conversation={conversation}
            actions={actions}
            onTake={take}
            onReturn={giveBack}
            onNote={() => (isNoting ? setNoting(false) : write('note'))}
          />
        )}
        {(isMine || isNoting) && (
          <Composer
            conversation={conversation}
            onMacro={setMacro}
            actions={actions}
            mode={mode}
            onMode={write}
            canReply={isMine}
            box={box}
            heard={heard}
            onUndo={undo}
            onResolve={() => resolve()}
            others={others}
            onWrite={(isWriting) =>
              isWriting ? attendance.current?.writes() : attendance.current?.stopsWriting()
            }
          />
        )}
      </section>
      {hasPanel && (
        <aside className="pane sp" aria-label={t('panel.label')}>
          {panel}
        </aside>
      )}
      <Suspense>
        {wasOpened.card && (
          <Modal
            open={isCardOpen}
            onOpenChange={setCardOpen}
            title={t('thread.card')}
            shape="drawer"
          >
            <div className="sp">{panel}</div>
          </Modal>
        )}
        {wasOpened.macro && (
          <MacroDialog
            called={macro}
            onCall={setMacro}
            conversation={conversation}
            teams={teams}
            seen={heard.at(-1) ?? 0}
            onDone={(name) => {
              say(t('macro.done', { name }));
              void refresh(client, conversation.id);
            }}
          />
        )}
        {wasOpened.desk && (
          <DeskDialog
            kind={desk}
            conversation={conversation}
            teams={teams}
            onClose={() => setDesk(null)}
            onAct={onDesk}
          />
        )}
        {wasOpened.transfer && (
          <TransferDialog
            open={isTransferOpen}
            onOpenChange={setTransferOpen}
            conversation={conversation}
            teams={teams}
            actions={actions}
          />
        )}
      </Suspense>
    </>
  );
}

/** The last reply, if it is this person's and the server still holds it. */
function heldReply(events: readonly ThreadEvent[], me: string | null): HeldReply | null {
  const last = events.findLast((event) => event.message !== null && event.by === 'agent');
  const leavesAt = last?.message?.leaves_at;
  if (!last?.message || !leavesAt || last.author !== me) return null;
  const isGone = events.some(
    (event) => event.kind === 'message_taken_back' && event.change?.message === last.message?.id,
  );
  if (isGone) return null;
  return {
    message: last.message.id,
    text: last.message.text ?? '',
    until: Date.parse(leavesAt),
  };
}

function Ask({ conversation }: { conversation: Conversation }) {
  const { reason } = useWords();
  const ask = summaryOf(conversation).ask ?? reason(conversation.handoff?.reason ?? '');
  return (
    <span className="grow cut" dir="auto">
      {ask}
    </span>
  );
}
