import '../../styles/desk.css';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { agentsQuery } from '../../api/queries.ts';
import type { Action, Conversation, Team } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Losses } from '../../lib/losses.ts';
import { clock, longDay } from '../../lib/time.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Foot } from '../../ui/foot.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Choices } from './choices.tsx';
import { moments } from './snooze.ts';

export type DeskKind = 'snooze' | 'priority' | 'tags' | 'raise' | 'assign' | 'close';

interface Props {
  /** Nothing: closed. */
  kind: DeskKind | null;
  conversation: Conversation;
  teams: readonly Team[];
  /** `close`: what is lost by it. */
  losses: Losses | null;
  onClose: () => void;
  /** Carries it out; says in words why not. */
  onAct: (action: Action) => Promise<string | null>;
}

/** One small question before an act: until when, how urgent, to whom, why. */
export function DeskDialog({ kind, onClose, ...rest }: Props) {
  const { t } = useWords();
  const first = useRef<HTMLElement>(null);
  // What closes keeps its words until it is gone.
  const [last, setLast] = useState<DeskKind>(kind ?? 'snooze');
  if (kind !== null && kind !== last) setLast(kind);
  return (
    <Modal
      open={kind !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t(`desk.${last}.title`)}
      lead={t(`desk.${last}.lead`)}
      initialFocus={first}
    >
      {kind !== null && <Question kind={kind} first={first} onClose={onClose} {...rest} />}
    </Modal>
  );
}

function Question({
  kind,
  conversation,
  teams,
  losses,
  onClose,
  onAct,
  first,
}: Props & { kind: DeskKind; first: RefObject<HTMLElement | null> }) {
  const refusal = useRefusal();
  const [problem, setProblem] = useState<string | null>(null);
  const act = async (action: Action, stays = false) => {
    setProblem(null);
    try {
      const why = await onAct(action);
      if (why !== null) setProblem(why);
      else if (!stays) onClose();
    } catch (error) {
      setProblem(refusal(error));
    }
  };
  const shared = { conversation, act, first };
  return (
    <div className="col g4 dlgb">
      {kind === 'snooze' && <SnoozeForm {...shared} />}
      {kind === 'priority' && <PriorityForm {...shared} />}
      {kind === 'tags' && <TagForm {...shared} />}
      {kind === 'raise' && <RaiseForm {...shared} teams={teams} />}
      {kind === 'assign' && <AssignForm {...shared} />}
      {kind === 'close' && <CloseForm {...shared} losses={losses} />}
      {problem && (
        <p className="ferr" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface FormProps {
  first: RefObject<HTMLElement | null>;
  conversation: Conversation;
  act: (action: Action, stays?: boolean) => Promise<void>;
}

function SnoozeForm({ act, first }: FormProps) {
  const { t, locale } = useWords();
  const [now] = useState(() => new Date());
  const [at, setAt] = useState('');
  const id = useId();
  const offered = moments(now);
  const shown = (day: Date) => {
    const iso = day.toISOString();
    return `${longDay(iso, locale)} ${clock(iso, locale)}`;
  };
  return (
    <>
      <Choices
        first={first}
        label={t('desk.snooze.title')}
        of={[
          { key: 'reply', label: t('desk.snooze.reply') },
          ...offered.map((moment) => ({
            key: moment.key,
            label: t(`desk.snooze.${moment.key}`),
            end: shown(moment.at),
          })),
        ]}
        onPick={(key) => {
          const until = offered.find((moment) => moment.key === key)?.at.toISOString();
          void act({ do: 'snooze', ...(until ? { until } : {}) });
        }}
      />
      <form
        className="row g2"
        onSubmit={(event) => {
          event.preventDefault();
          void act({ do: 'snooze', until: new Date(at).toISOString() });
        }}
      >
        <label className="flabel" htmlFor={id}>
          {t('desk.snooze.other')}
        </label>
        <input
          id={id}
          className="inp grow"
          type="datetime-local"
          required
          value={at}
          onChange={(event) => setAt(event.target.value)}
        />
        <Button size="s" type="submit" disabled={at === ''}>
          {t('desk.snooze.submit')}
        </Button>
      </form>
    </>
  );
}

function PriorityForm({ conversation, act, first }: FormProps) {
  const { t } = useWords();
  const of = (['normal', 'high', 'urgent'] as const).map((key) => ({
    key,
    label: t(`priority.${key}`),
    isChosen: conversation.priority === key,
  }));
  return (
    <Choices
      first={first}
      label={t('desk.priority.title')}
      of={of}
      onPick={(key) => {
        const priority = of.find((one) => one.key === key)?.key;
        if (priority) void act({ do: 'prioritise', priority });
      }}
    />
  );
}

function TagForm({ conversation, act, first }: FormProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const id = useId();
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = text.trim();
    if (tag === '') return;
    setText('');
    void act({ do: 'tag', tag }, true);
  };
  return (
    <>
      {conversation.tags.length === 0 ? (
        <p className="t3">{t('desk.tags.none')}</p>
      ) : (
        <ul className="taglist">
          {conversation.tags.map((tag) => (
            <li key={tag} className="chip">
              {tag}
              <button
                type="button"
                className="chipx"
                aria-label={t('desk.tags.remove', { tag })}
                onClick={() => void act({ do: 'untag', tag }, true)}
              >
                <X className="i i12" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="row g2" onSubmit={add}>
        <label className="sr" htmlFor={id}>
          {t('desk.tags.add')}
        </label>
        <input
          id={id}
          className="inp grow"
          ref={(element) => {
            first.current = element;
          }}
          maxLength={40}
          placeholder={t('desk.tags.add')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          data-testid="tag"
        />
        <Button size="s" type="submit" disabled={text.trim() === ''}>
          {t('desk.tags.submit')}
        </Button>
      </form>
    </>
  );
}

function RaiseForm({ conversation, teams, act, first }: FormProps & { teams: readonly Team[] }) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const [team, setTeam] = useState('');
  const id = useId();
  const higher = teams.filter((one) => one.tier > (conversation.tier ?? 1));
  if (higher.length === 0) return <p className="t3">{t('desk.raise.none')}</p>;
  return (
    <form
      className="col g4"
      onSubmit={(event) => {
        event.preventDefault();
        void act({ do: 'raise_tier', text: reason, ...(team ? { team } : {}) });
      }}
    >
      <div className="fld">
        <label className="flabel" htmlFor={`${id}-team`}>
          {t('desk.raise.team')}
        </label>
        <select
          id={`${id}-team`}
          className="inp"
          value={team}
          onChange={(event) => setTeam(event.target.value)}
        >
          <option value="">{t('desk.raise.next')}</option>
          {higher.map((one) => (
            <option key={one.key} value={one.key}>
              {`${one.name} · ${t('tier.short', { tier: one.tier })}`}
            </option>
          ))}
        </select>
      </div>
      <div className="fld">
        <label className="flabel" htmlFor={`${id}-why`}>
          {t('desk.raise.why')}
        </label>
        <textarea
          id={`${id}-why`}
          className="inp area noteinp"
          ref={(element) => {
            first.current = element;
          }}
          rows={3}
          dir="auto"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <Foot>
        <Button look="pri" type="submit" disabled={reason.trim() === ''}>
          {t('desk.raise.submit')}
        </Button>
      </Foot>
    </form>
  );
}

function AssignForm({ conversation, act, first }: FormProps) {
  const { t } = useWords();
  const { data: agents = [] } = useQuery(agentsQuery);
  const here = { available: 0, wrap_up: 1, busy: 2, away: 3, offline: 4, unseen: 5 } as const;
  const sorted = agents
    .filter((agent) => agent.key !== conversation.assignee?.key)
    .sort((a, b) => here[a.availability] - here[b.availability] || a.load - b.load);
  if (sorted.length === 0) return <p className="t3">{t('desk.assign.none')}</p>;
  return (
    <Choices
      first={first}
      label={t('desk.assign.title')}
      of={sorted.map((agent) => ({
        key: agent.key,
        label: agent.name,
        end: `${t(`account.${agent.availability}`)} · ${
          agent.capacity > 0
            ? t('account.load', { load: agent.load, capacity: agent.capacity })
            : agent.load
        }`,
      }))}
      onPick={(to) => void act({ do: 'assign', to })}
    />
  );
}

const CLOSINGS = ['solved', 'no_answer', 'duplicate', 'spam', 'other'] as const;

/** Says first what is lost: the one key that closes is the same. */
function CloseForm({ act, first, losses }: FormProps & { losses: Losses | null }) {
  const { t } = useWords();
  const lost = [
    losses?.unanswered != null && t('desk.close.unanswered', { text: losses.unanswered }),
    losses?.draft != null && t('desk.close.draft', { text: losses.draft }),
    losses && losses.files > 0 && t('desk.close.files', { count: losses.files }),
  ].filter((one) => typeof one === 'string');
  return (
    <>
      {lost.length > 0 && (
        <div className="lost col g1" role="alert" data-testid="losses">
          {lost.map((one) => (
            <p key={one}>{one}</p>
          ))}
          <p className="fs12">{t('desk.close.anyway')}</p>
        </div>
      )}
      <Choices
        first={first}
        label={t('desk.close.title')}
        of={CLOSINGS.map((key) => ({ key, label: t(`closing.${key}`) }))}
        onPick={(key) => {
          const reason = CLOSINGS.find((one) => one === key);
          if (reason) void act({ do: 'resolve', reason });
        }}
      />
    </>
  );
}
