import '../../styles/desk.css';
import '../../styles/macros.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import {
  AlarmClock,
  Check,
  CircleX,
  Flag,
  Hand,
  Lock,
  type LucideIcon,
  Reply,
  Tag,
  UserRoundPlus,
  UsersRound,
  Zap,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api, call, toApiError } from '../../api/client.ts';
import { agentsQuery, instanceQuery, macrosQuery, sessionQuery } from '../../api/queries.ts';
import type { Action, Conversation, Macro, Team } from '../../api/types.ts';
import { undoSeconds } from '../../lib/alert-prefs.ts';
import { firstGap } from '../../lib/canned.ts';
import { useWords } from '../../lib/i18n.ts';
import { actsOf, macrosFor, replyOf } from '../../lib/macros.ts';
import { plan } from '../../lib/plans.ts';
import { firstName } from '../../lib/text.ts';
import { clock, longDay } from '../../lib/time.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Banner, Bars, Empty, Failure } from '../../ui/states.tsx';
import { Choices } from '../desk/choices.tsx';

interface Props {
  /** A shortcut, an empty text for the list of all, nothing for closed. */
  called: string | null;
  onCall: (shortcut: string | null) => void;
  conversation: Conversation;
  teams: readonly Team[];
  /** Position of the customer's last message on the screen. */
  seen: number;
  onDone: (name: string) => void;
}

const ALL = 50;

/** Which one; then exactly what will happen, before it does. */
export function MacroDialog({ called, onCall, ...rest }: Props) {
  const { t } = useWords();
  const macros = useQuery({ ...macrosQuery, enabled: called !== null });
  const first = useRef<HTMLElement>(null);
  const chosen = macros.data?.find((one) => one.shortcut === called);
  // In a dialog that is open already, what is shown next takes the focus of what has gone.
  const shown = called === null ? null : (chosen?.shortcut ?? macros.status);
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (before.current !== null && shown !== null) first.current?.focus();
    before.current = shown;
  }, [shown]);
  return (
    <Modal
      open={called !== null}
      onOpenChange={(open) => !open && onCall(null)}
      title={chosen ? chosen.name : t('macro.title')}
      lead={chosen ? t('macro.lead') : t('macro.pick')}
      initialFocus={first}
    >
      <div className="col g4 dlgb">
        {macros.isPending && <Bars count={3} />}
        {macros.isError && !macros.data && (
          <Failure error={macros.error} onRetry={() => void macros.refetch()} />
        )}
        {macros.data?.length === 0 && (
          <Empty
            icon={<Zap className="i i20" />}
            title={t('macro.none')}
            text={t('macro.noneHelp')}
          />
        )}
        {macros.data && macros.data.length > 0 && !chosen && (
          <List macros={macros.data} first={first} onPick={onCall} />
        )}
        {chosen && called !== null && (
          <Preview
            key={called}
            macro={chosen}
            first={first}
            onClose={() => onCall(null)}
            {...rest}
          />
        )}
      </div>
    </Modal>
  );
}

function List({
  macros,
  first,
  onPick,
}: {
  macros: readonly Macro[];
  first: React.RefObject<HTMLElement | null>;
  onPick: (shortcut: string) => void;
}) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const list = useRef<HTMLElement>(null);
  const found = macrosFor(macros, text, ALL);
  const isLong = macros.length > 9;
  return (
    <>
      {isLong && (
        <input
          ref={(element) => {
            first.current = element;
          }}
          type="search"
          className="inp"
          aria-label={t('macro.find')}
          placeholder={t('macro.find')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const [only] = found;
            if (event.key === 'Enter' && only) onPick(only.shortcut);
            if (event.key === 'ArrowDown') list.current?.focus();
          }}
        />
      )}
      {found.length === 0 ? (
        <p className="t3" role="status">
          {t('palette.nothing')}
        </p>
      ) : (
        <Choices
          key={text}
          first={isLong ? list : first}
          label={t('macro.title')}
          of={found.map((one) => ({
            key: one.shortcut,
            label: one.name,
            end: <span className="mono">/{one.shortcut}</span>,
          }))}
          onPick={onPick}
        />
      )}
    </>
  );
}

const ICONS: Partial<Record<Action['do'], LucideIcon>> = {
  take: Hand,
  reply: Reply,
  note: Lock,
  tag: Tag,
  prioritise: Flag,
  assign: UserRoundPlus,
  transfer: UsersRound,
  snooze: AlarmClock,
  resolve: Check,
};

function Preview({
  macro,
  conversation,
  teams,
  seen,
  first,
  onClose,
  onDone,
}: Omit<Props, 'called' | 'onCall'> & {
  macro: Macro;
  first: React.RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const { t, locale } = useWords();
  const refusal = useRefusal();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const { data: agents = [] } = useQuery(agentsQuery);
  const { contact, language, owner_epoch } = conversation;
  const me = user?.agent_key ?? '';
  const [reply, setReply] = useState(() =>
    replyOf(macro, language, instance.languages[0] ?? 'fr', {
      name: firstName(contact.name),
      order: conversation.orders[0],
      agent: user ? firstName(user.name) : undefined,
    }),
  );
  const [now] = useState(Date.now);
  const [heard] = useState(seen);
  const acts = (at: number) => actsOf(macro, { reply, seen: heard, me, now: at });
  const gap = reply === null ? null : firstGap(reply);
  const isEmpty = reply !== null && reply.trim() === '';
  // The server judges it with everything it looks at when it is done; the words do not matter.
  const trial = useQuery({
    queryKey: ['macro', conversation.id, macro.shortcut, owner_epoch],
    queryFn: () =>
      call(
        api.POST('/api/v1/conversations/{id}/actions', {
          params: { path: { id: conversation.id } },
          body: {
            do: 'several',
            acts: acts(Date.now()),
            is_trial: true,
            expected_epoch: owner_epoch,
          },
        }),
      ),
    enabled: !isEmpty,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  const takes = conversation.assignee === null && (reply !== null || macro.snooze_hours !== null);
  const said = (act: Action): string => {
    switch (act.do) {
      case 'tag':
        return t('macro.tag', { tag: act.tag ?? '' });
      case 'prioritise':
        return t('macro.prioritise', { priority: t(`priority.${act.priority ?? 'normal'}`) });
      case 'assign': {
        const name = agents.find((one) => one.key === act.to)?.name ?? act.to ?? '';
        return act.to === me ? t('macro.me') : t('macro.assign', { name });
      }
      case 'transfer': {
        const team = teams.find((one) => one.key === act.team)?.name ?? act.team ?? '';
        return t('macro.transfer', { team });
      }
      case 'snooze':
        return act.until
          ? t('macro.snooze', {
              until: `${longDay(act.until, locale)} ${clock(act.until, locale)}`,
            })
          : t('macro.snoozeReply');
      case 'resolve': {
        const reason = t(`closing.${act.reason ?? 'other'}`);
        const asks = act.reason === 'solved' || act.reason === 'other';
        return asks ? t('macro.resolveAsks', { reason }) : t('macro.resolve', { reason });
      }
      default:
        return '';
    }
  };
  const apply = () => {
    if (gap || isEmpty) return;
    plan(
      conversation.id,
      macro.name,
      { do: 'several', acts: acts(Date.now()), expected_epoch: owner_epoch },
      undoSeconds(),
      () => onDone(macro.name),
    );
    onClose();
  };
  const why = trial.error ? refusal(toApiError(trial.error)) : null;
  return (
    <form
      className="col g4"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <ol className="macsteps" data-testid="macro-steps">
        {takes && (
          <Step Icon={Hand}>
            <span className="t2">{t('macro.takes')}</span>
          </Step>
        )}
        {acts(now).map((act, i) => {
          const Icon = ICONS[act.do] ?? Check;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the acts of one macro are fixed
            <Step key={i} Icon={Icon}>
              {act.do === 'reply' ? (
                <label className="fld grow">
                  <span className="flabel">
                    {t('macro.reply', { name: firstName(contact.name) })}
                  </span>
                  <textarea
                    className="inp area noteinp"
                    rows={4}
                    dir="auto"
                    value={reply ?? ''}
                    aria-invalid={gap !== null || isEmpty}
                    onChange={(event) => setReply(event.target.value)}
                  />
                  {(gap || isEmpty) && (
                    <span className="ferr" role="alert">
                      {gap ? t('composer.gap', { name: gap.name }) : t('macro.empty')}
                    </span>
                  )}
                </label>
              ) : act.do === 'note' ? (
                <span>
                  <span className="flabel">{t('macro.note')}</span>
                  <span className="pre" dir="auto">
                    {act.text}
                  </span>
                </span>
              ) : (
                <span dir="auto">{said(act)}</span>
              )}
            </Step>
          );
        })}
      </ol>
      {why !== null && (
        <Banner tone="bad" icon={<CircleX className="i" />}>
          <b>{t('macro.refused')}</b> {why}
        </Banner>
      )}
      <div className="row g2 end">
        <Button onClick={onClose}>{t('app.cancel')}</Button>
        <button
          type="submit"
          className="btn pri"
          ref={(element) => {
            first.current = element;
          }}
          disabled={why !== null || gap !== null || isEmpty}
          data-testid="macro-apply"
        >
          {t('macro.apply')}
        </button>
      </div>
      <p className="t3 fs12">
        {undoSeconds() === 0 ? t('macro.atOnce') : t('macro.undo', { seconds: undoSeconds() })}
      </p>
    </form>
  );
}

function Step({ Icon, children }: { Icon: LucideIcon; children: React.ReactNode }) {
  return (
    <li>
      <Icon className="i t3" />
      {children}
    </li>
  );
}
