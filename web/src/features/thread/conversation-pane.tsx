import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight, ChevronDown, ChevronLeft, SearchX } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from 'react';
import { ApiError, toApiError } from '../../api/client.ts';
import { conversationQuery, eventsQuery, sessionQuery, teamsQuery } from '../../api/queries.ts';
import type { Conversation, Team, ThreadEvent } from '../../api/types.ts';
import { keepMode, type Mode, modeOf, readDraft, writeDraft } from '../../lib/drafts.ts';
import { useLasting, useOnce } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { summaryOf } from '../../lib/summary.ts';
import { foldThread } from '../../lib/thread.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Bars, Empty, Failure } from '../../ui/states.tsx';
import { say } from '../../ui/toasts.tsx';
import { Composer, focusComposer } from './composer.tsx';
import { Header } from './header.tsx';
import { HoldBar } from './hold-bar.tsx';
import { Problem } from './problem.tsx';
import { SidePanel } from './side-panel.tsx';
import { Thread } from './thread.tsx';
import { useActions } from './use-actions.ts';
import { useRefusal } from './use-refusal.ts';

// Seldom used: fetched when first opened.
const Modal = lazy(() =>
  import('../../ui/modal.tsx').then((module) => ({ default: module.Modal })),
);
const TransferDialog = lazy(() =>
  import('./transfer-dialog.tsx').then((module) => ({ default: module.TransferDialog })),
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
  const [problem, setProblem] = useState<ApiError | null>(null);
  const wasOpened = {
    card: useOnce(isCardOpen),
    transfer: useOnce(isTransferOpen),
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
    void attempt(actions.run({ do: 'resolve' }), t('done.resolve')).then(
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
  const undo = () => {
    const text = actions.takeBack();
    if (text === null) return;
    const rest = readDraft(conversation.id, 'reply');
    writeDraft(conversation.id, 'reply', rest === '' ? text : `${text}\n${rest}`);
    write('reply');
  };
  const transfer = () => isOpen && setTransferOpen(true);

  useKeys({
    t: take,
    b: giveBack,
    e: () => resolve(),
    'shift+e': () => resolve(onNext),
    r: () => write('reply'),
    n: () => write('note'),
    m: transfer,
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
          onUndo={undo}
        />
        {hint}
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
            actions={actions}
            mode={mode}
            onMode={write}
            canReply={isMine}
            box={box}
            heard={heard}
            onUndo={undo}
            onResolve={() => resolve()}
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

function Ask({ conversation }: { conversation: Conversation }) {
  const { reason } = useWords();
  const ask = summaryOf(conversation).ask ?? reason(conversation.handoff?.reason ?? '');
  return (
    <span className="grow cut" dir="auto">
      {ask}
    </span>
  );
}
