import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight, ChevronDown, ChevronLeft, SearchX } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { conversationQuery, eventsQuery, sessionQuery, teamsQuery } from '../../api/queries.ts';
import type { Conversation, Team, ThreadEvent } from '../../api/types.ts';
import { keepMode, type Mode, modeOf, readDraft, writeDraft } from '../../lib/drafts.ts';
import { heldReply } from '../../lib/held.ts';
import { useLasting } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { lossesOf } from '../../lib/losses.ts';
import { onMacroCalled } from '../../lib/macros.ts';
import { refresh } from '../../lib/outbox.ts';
import { Attendance, useOthers } from '../../lib/presence.ts';
import { summaryOf } from '../../lib/summary.ts';
import { asImported, foldThread } from '../../lib/thread.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Bars, Empty, Failure } from '../../ui/states.tsx';
import { say } from '../../ui/toasts.tsx';
import type { DeskKind } from '../desk/desk-dialog.tsx';
import { PlanBar } from '../macros/plan-bar.tsx';
import { useAttachments } from './attachment.tsx';
import { Composer, focusComposer } from './composer.tsx';
import { Header } from './header.tsx';
import { HoldBar } from './hold-bar.tsx';
import { type Opened, PaneDialogs } from './pane-dialogs.tsx';
import { Problem } from './problem.tsx';
import { focusOrders, SidePanel } from './side-panel.tsx';
import { Thread } from './thread.tsx';
import { useActions } from './use-actions.ts';
import { useForget } from './use-forget.ts';
import { useMoves } from './use-moves.ts';

// For auditors alone.
const MaskedBar = lazy(async () => ({
  default: (await import('./masked-bar.tsx')).MaskedBar,
}));

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
  useForget(id);
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
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { data: teams = NO_TEAMS } = useQuery(teamsQuery);
  const actions = useActions(conversation);
  const attachments = useAttachments(conversation.id);
  const fold = useMemo(
    () => foldThread(conversation.is_imported ? asImported(events) : events),
    [events, conversation.is_imported],
  );
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
  const [opened, setOpened] = useState<Opened>(null);
  const callMacro = (called: string) => setOpened({ kind: 'macro', called });
  useEffect(
    () => (mayAct ? onMacroCalled((called) => setOpened({ kind: 'macro', called })) : undefined),
    [mayAct],
  );

  const isMine =
    conversation.status === 'human' &&
    conversation.assignee !== null &&
    (conversation.assignee.key === user?.agent_key || conversation.assignee.key === user?.login);
  const isOpen = conversation.status !== 'resolved';

  const moves = useMoves(conversation, actions, isMine);
  const toComposer = () => focusComposer(box);
  const take = () =>
    void moves.take().then((isDone) => {
      if (!isDone) return;
      setMode('reply');
      setNoting(false);
      toComposer();
    });
  const losses = () =>
    lossesOf(conversation, events, {
      drafts: [readDraft(conversation.id, 'reply'), readDraft(conversation.id, 'note')],
      files: attachments.items.length,
    });
  const resolve = (then?: (() => void) | null) => {
    if (losses() === null) void moves.resolve().then((isDone) => isDone && then?.());
    else if (isOpen && mayAct) onDesk('close');
  };
  // What was written has to be there first: whoever writes after the end keeps it open.
  const [isLast, setLast] = useState(false);
  const isWritten = isLast && actions.pending.length === 0;
  const whenWritten = useRef(resolve);
  whenWritten.current = resolve;
  useEffect(() => {
    if (!isWritten) return;
    setLast(false);
    whenWritten.current();
  }, [isWritten]);
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
    setOpened(null);
    write('reply');
  };
  const held = useMemo(() => heldReply(events, user?.name ?? null), [events, user?.name]);
  const undo = () => {
    if (conversation.ends_at !== null) {
      void moves.keepOpen();
      return;
    }
    if (held === null || held.until <= Date.now()) return;
    void moves.takeBack(held.message).then((isDone) => {
      if (!isDone) return;
      const parts = [held.text, readDraft(conversation.id, 'reply')];
      writeDraft(conversation.id, 'reply', parts.filter((part) => part !== '').join('\n'));
      write('reply');
      void attachments.bringBack(held.files).then((lost) => {
        if (lost.length > 0) say(t('attach.lost', { names: lost.join(', ') }));
      });
    });
  };
  const onDesk = (desk: DeskKind) => setOpened({ kind: 'desk', desk });
  const ask = (desk: DeskKind) => (isOpen && mayAct ? () => onDesk(desk) : undefined);
  const showCard = () => setOpened({ kind: 'card' });
  const showOrders = () => {
    if (!hasPanel) showCard();
    focusOrders();
  };
  const transfer = () => isOpen && setOpened({ kind: 'transfer' });
  const me = user?.agent_key;
  const rateKeys =
    mayAct && conversation.handoff
      ? Object.fromEntries([1, 2, 3, 4, 5].map((n) => [String(n), () => void moves.rate(n)]))
      : {};

  const snippet = () => {
    const draft = readDraft(conversation.id, 'reply');
    if (!/(?:^|\s)\/$/.test(draft))
      writeDraft(conversation.id, 'reply', draft === '' ? '/' : `${draft} /`);
    write('reply');
  };
  useKeys({
    ...rateKeys,
    t: take,
    b: () => void moves.giveBack(),
    e: ask('close'),
    z: ask('snooze'),
    'shift+z': conversation.is_snoozed ? () => void moves.wake() : undefined,
    p: ask('priority'),
    l: mayAct ? () => onDesk('tags') : undefined,
    u: ask('raise'),
    a: ask('assign'),
    'shift+a': isOpen && mayAct && !isMine && me ? () => void moves.assign(me) : undefined,
    'shift+e': () => resolve(onNext),
    r: () => write('reply'),
    n: () => write('note'),
    m: transfer,
    'shift+m': mayAct ? () => callMacro('') : undefined,
    c: mayAct && isMine ? snippet : undefined,
    '.': () => void copyAddress(t),
    w: () => {
      const last = [...(pane.current?.querySelectorAll<HTMLElement>('.why') ?? [])].at(-1);
      // What it opens stands beside it.
      last?.scrollIntoView({ block: 'center' });
      last?.click();
    },
    h: hasPanel ? undefined : showCard,
    o: conversation.orders.length > 0 ? showOrders : undefined,
  });

  const panel = (
    <SidePanel
      conversation={conversation}
      events={events}
      teams={teams}
      onRate={mayAct ? (score) => void moves.rate(score) : null}
      onInsert={isMine ? insert : null}
    />
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
          onCard={hasPanel ? null : showCard}
          onResolve={() => resolve()}
          onTransfer={transfer}
          onReturn={() => void moves.giveBack()}
          onDesk={onDesk}
          onMacro={() => callMacro('')}
          others={others}
          mayAct={mayAct}
        />
        {!hasPanel && conversation.handoff && (
          <button type="button" className="pask" onClick={showCard}>
            <ArrowLeftRight className="i i14" />
            <Ask conversation={conversation} />
            <ChevronDown className="i i14" />
          </button>
        )}
        {moves.problem && (
          <Problem
            problem={moves.problem}
            conversation={conversation}
            text={moves.refusal(moves.problem)}
            onNext={onNext}
            onClose={moves.forget}
          />
        )}
        {conversation.is_masked && (
          <Suspense>
            <MaskedBar id={conversation.id} />
          </Suspense>
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
        {!isMine && mayAct && (
          <HoldBar
            conversation={conversation}
            actions={actions}
            onTake={take}
            onReturn={() => void moves.giveBack()}
            onNote={() => (isNoting ? setNoting(false) : write('note'))}
          />
        )}
        {(isMine || isNoting) && (
          <Composer
            conversation={conversation}
            onMacro={callMacro}
            actions={actions}
            attachments={attachments}
            mode={mode}
            onMode={write}
            canReply={isMine}
            box={box}
            heard={heard}
            onUndo={undo}
            onResolve={() => setLast(true)}
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
      <PaneDialogs
        opened={opened}
        onOpen={setOpened}
        conversation={conversation}
        teams={teams}
        actions={actions}
        seen={heard.at(-1) ?? 0}
        losses={opened?.kind === 'desk' && opened.desk === 'close' ? losses() : null}
        onAsked={moves.asked}
        onMacroDone={(name) => {
          say(t('macro.done', { name }));
          void refresh(client, conversation.id);
        }}
        panel={panel}
      />
    </>
  );
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

/** Where a colleague finds this conversation. */
async function copyAddress(t: ReturnType<typeof useWords>['t']): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    say(t('thread.copied'));
  } catch {
    // Plain http has no clipboard.
    say(t('thread.notCopied'));
  }
}
