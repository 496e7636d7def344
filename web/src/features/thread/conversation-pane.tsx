import { Menu } from '@base-ui/react/menu';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  ArrowLeftRight,
  Check,
  ChevronDown,
  ChevronLeft,
  CircleX,
  Ellipsis,
  SearchX,
  Undo2,
  UsersRound,
} from 'lucide-react';
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from 'react';
import { ApiError, toApiError } from '../../api/client.ts';
import { conversationQuery, eventsQuery, sessionQuery, teamsQuery } from '../../api/queries.ts';
import type { Conversation, Team, ThreadEvent } from '../../api/types.ts';
import type { Mode } from '../../lib/drafts.ts';
import { useKeys, useLasting, useNow, useOnce } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { replyClock } from '../../lib/sla.ts';
import { formatPhone } from '../../lib/text.ts';
import { type Fold, foldThread } from '../../lib/thread.ts';
import { ContactAvatar, SlaChip, Tier, VipSeal } from '../../ui/bits.tsx';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { RelayPill } from '../../ui/relay-pill.tsx';
import { Banner, Bars, Empty, Failure } from '../../ui/states.tsx';
import { say } from '../../ui/toasts.tsx';
import { Composer, focusComposer } from './composer.tsx';
import { HoldBar } from './hold-bar.tsx';
import { SidePanel } from './side-panel.tsx';
import { Thread } from './thread.tsx';
import { type Actions, useActions } from './use-actions.ts';
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
  const box = useRef<HTMLDivElement>(null);
  const [mode, setMode] = useState<Mode>('reply');
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
  const transfer = () => isOpen && setTransferOpen(true);

  useKeys({
    t: take,
    b: giveBack,
    e: () => resolve(),
    'shift+e': () => resolve(onNext),
    r: () => write('reply'),
    n: () => write('note'),
    m: transfer,
    h: hasPanel ? undefined : () => setCardOpen(true),
  });

  return (
    <>
      <section
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
          onTemplate={() => {
            write('reply');
          }}
        />
        {hint}
        {isMine || isNoting ? (
          <>
            {!isMine && (
              <HoldBar
                conversation={conversation}
                actions={actions}
                onTake={take}
                onReturn={giveBack}
                onNote={() => setNoting(false)}
              />
            )}
            <Composer
              conversation={conversation}
              actions={actions}
              mode={mode}
              onMode={write}
              canReply={isMine}
              box={box}
            />
          </>
        ) : (
          <HoldBar
            conversation={conversation}
            actions={actions}
            onTake={take}
            onReturn={giveBack}
            onNote={() => write('note')}
          />
        )}
      </section>
      {hasPanel && (
        <aside className="pane sp" aria-label={t('panel.label')}>
          <SidePanel conversation={conversation} teams={teams} />
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
            <div className="sp">
              <SidePanel conversation={conversation} teams={teams} />
            </div>
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
  const ask = conversation.summary ?? reason(conversation.handoff?.reason ?? '');
  return (
    <span className="grow cut" dir="auto">
      {ask}
    </span>
  );
}

function Header({
  conversation,
  fold,
  actions,
  badge,
  onBack,
  onCard,
  onResolve,
  onTransfer,
  onReturn,
}: {
  conversation: Conversation;
  fold: Fold;
  actions: Actions;
  badge: string | undefined;
  onBack: (() => void) | undefined;
  onCard: (() => void) | null;
  onResolve: () => void;
  onTransfer: () => void;
  onReturn: () => void;
}) {
  const { t } = useWords();
  const now = useNow(15_000);
  const { contact, status } = conversation;
  const owner = ({ bot: 'bot', queued: 'queue', human: 'agent', resolved: 'done' } as const)[
    status
  ];
  const isOpen = status !== 'resolved';
  return (
    <header className="hd">
      {onBack && (
        <IconButton label={t('app.back')} className="flip backb" onClick={onBack}>
          <ChevronLeft className="i" />
        </IconButton>
      )}
      <ContactAvatar name={contact.name} size="lg" />
      <div className="grow">
        <div className="row g1">
          <h2 className="cut">{contact.name}</h2>
          {conversation.is_vip && <VipSeal />}
        </div>
        <div className="fs12 t3 cut n hdsub">
          <bdi>{formatPhone(contact.phone)}</bdi>
          {badge ? (
            <> · {badge}</>
          ) : (
            <span className="hdmore">
              {' · '}
              {t('thread.number', { number: conversation.number })}
              {conversation.is_sample && ` · ${t('thread.sample')}`}
            </span>
          )}
        </div>
        <div className="row g1 fs12 hdphone">
          <SlaChip clock={replyClock(conversation, now)} now={now} />
          {conversation.tier !== null && <Tier tier={conversation.tier} />}
        </div>
      </div>
      <RelayPill
        owner={owner}
        agent={conversation.assignee}
        queuedAt={fold.queuedAt ?? conversation.waiting_since}
        takenAt={fold.takenAt}
      />
      {onCard && (
        <IconButton label={t('thread.card')} shortcut="H" onClick={onCard}>
          <ArrowLeftRight className="i" />
        </IconButton>
      )}
      {isOpen && (
        <Menu.Root>
          <Menu.Trigger
            render={
              <IconButton label={t('thread.more')}>
                <Ellipsis className="i" />
              </IconButton>
            }
          />
          <Menu.Portal>
            <Menu.Positioner className="pos" align="end" sideOffset={4}>
              <Menu.Popup className="pop menu">
                <Menu.Item className="ci" onClick={onTransfer}>
                  <UsersRound className="i" />
                  <span className="grow">{t('thread.transfer')}</span>
                  <kbd>M</kbd>
                </Menu.Item>
                {status !== 'bot' && (
                  <Menu.Item className="ci" onClick={onReturn}>
                    <Undo2 className="i flip" />
                    <span className="grow">{t('thread.return')}</span>
                    <kbd>B</kbd>
                  </Menu.Item>
                )}
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      )}
      {isOpen && (
        <Button
          size="s"
          onClick={onResolve}
          busy={actions.isBusy && actions.doing === 'resolve'}
          data-testid="resolve"
        >
          <Check className="i" />
          {t('thread.resolve')}
        </Button>
      )}
    </header>
  );
}

/** The server said no. For a lost race: who won, and where to go now. */
function Problem({
  problem,
  conversation,
  text,
  onNext,
  onClose,
}: {
  problem: ApiError;
  conversation: Conversation;
  text: string;
  onNext: (() => void) | null | undefined;
  onClose: () => void;
}) {
  const { t } = useWords();
  const isTaken = problem.slug === 'already_taken';
  return (
    <div className="inpane">
      <Banner
        tone="bad"
        icon={<CircleX className="i" />}
        action={
          isTaken && onNext ? (
            <Button
              size="s"
              onClick={() => {
                onClose();
                onNext();
              }}
            >
              {t('conflict.next')}
            </Button>
          ) : (
            <Button size="s" onClick={onClose}>
              {t('app.close')}
            </Button>
          )
        }
      >
        {isTaken ? (
          <>
            <b>
              {conversation.assignee
                ? t('conflict.taken', { name: conversation.assignee.name })
                : t('conflict.takenUnknown')}
            </b>
            {onNext === null && ` ${t('conflict.nothingNext')}`}
          </>
        ) : (
          text
        )}
      </Banner>
    </div>
  );
}
