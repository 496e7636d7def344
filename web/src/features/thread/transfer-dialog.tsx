import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { type RefObject, useId, useRef, useState } from 'react';
import { toApiError } from '../../api/client.ts';
import type { Conversation, Team } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { summaryOf } from '../../lib/summary.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Tier } from '../../ui/bits.tsx';
import { Button } from '../../ui/button.tsx';
import { Foot } from '../../ui/foot.tsx';
import { Modal } from '../../ui/modal.tsx';
import { say } from '../../ui/toasts.tsx';
import type { Actions } from './use-actions.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  conversation: Conversation;
  teams: readonly Team[];
  actions: Actions;
}

export function TransferDialog({ open, onOpenChange, conversation, teams, actions }: Props) {
  const { t } = useWords();
  const first = useRef<HTMLButtonElement>(null);
  return (
    <Modal
      open={open}
      initialFocus={first}
      onOpenChange={onOpenChange}
      title={t('transfer.title')}
      lead={t('transfer.lead')}
    >
      {open && (
        <TransferForm
          conversation={conversation}
          teams={teams.filter((team) => team.key !== conversation.team && team.key !== 'bot')}
          actions={actions}
          first={first}
          onDone={() => onOpenChange(false)}
        />
      )}
    </Modal>
  );
}

function TransferForm({
  conversation,
  teams,
  actions,
  first,
  onDone,
}: {
  conversation: Conversation;
  teams: readonly Team[];
  actions: Actions;
  first: RefObject<HTMLButtonElement | null>;
  onDone: () => void;
}) {
  const { t } = useWords();
  const refusal = useRefusal();
  const noteId = useId();
  const [team, setTeam] = useState(teams[0]?.key ?? '');
  const [note, setNote] = useState(summaryOf(conversation).ask ?? '');
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async () => {
    setProblem(null);
    try {
      const text = note.trim();
      await actions.run({ do: 'transfer', team, ...(text === '' ? {} : { text }) });
      say(t('done.transfer', { team: teams.find((one) => one.key === team)?.name ?? team }));
      onDone();
    } catch (error) {
      setProblem(refusal(toApiError(error)));
    }
  };

  return (
    <form
      className="col g4 dlgb"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <RadioGroup
        value={team}
        onValueChange={(value) => setTeam(String(value))}
        aria-label={t('transfer.team')}
        className="col"
      >
        {teams.map((one, i) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: the radio inside is the control
          <label key={one.key} className="opt">
            <Radio.Root ref={i === 0 ? first : undefined} value={one.key} className="radio">
              <Radio.Indicator className="radioi" />
            </Radio.Root>
            <b className="med t1">{one.name}</b>
            <Tier tier={one.tier} />
            <span className="end fs12 t3">
              {one.open
                ? t('transfer.free', { count: one.available_agents })
                : t('transfer.closed')}
              {' · '}
              {t('transfer.queued', { count: one.queued })}
            </span>
          </label>
        ))}
      </RadioGroup>
      <div className="fld">
        <label className="flabel" htmlFor={noteId}>
          {t('transfer.note')}
        </label>
        <textarea
          id={noteId}
          className="inp area noteinp"
          rows={3}
          dir="auto"
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <span className="fhelp">{t('transfer.noteHelp')}</span>
      </div>
      <Foot problem={problem} onCancel={onDone}>
        <Button look="pri" type="submit" busy={actions.isBusy} disabled={team === ''}>
          {actions.isBusy ? t('transfer.busy') : t('transfer.submit')}
        </Button>
      </Foot>
    </form>
  );
}
