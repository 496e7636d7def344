import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { conversationsQuery, teamsQuery } from '../../api/queries.ts';
import type { ConversationLine, Team } from '../../api/types.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { actOnEach } from '../../lib/many.ts';
import { replyClock } from '../../lib/sla.ts';
import { SlaChip } from '../../ui/bits.tsx';
import { Button } from '../../ui/button.tsx';
import { Foot } from '../../ui/foot.tsx';
import { Modal } from '../../ui/modal.tsx';
import { say } from '../../ui/toasts.tsx';

/** Also what sleeps: it wakes while its agent is away. */
const MINE = { q: 'is:mine', sort: 'due' } as const;
/** Of a hundred: more than anybody holds. */
const PAGES = 10;

interface Props {
  open: boolean;
  /** There is something to hand over. */
  onShow: () => void;
  onClose: () => void;
}

/**
 * Who goes away is shown what they still hold, and hands it to its teams in one go. Nothing is shown
 * to who holds nothing.
 */
export function Leaving({ open, onShow, onClose }: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const submit = useRef<HTMLButtonElement>(null);
  const { data: teams } = useQuery(teamsQuery);
  // As it was when they left: a list that follows would empty itself while it is handed over.
  const [lines, setLines] = useState<readonly ConversationLine[]>([]);
  useEffect(() => {
    if (!open) return;
    let isOver = false;
    const read = client.fetchInfiniteQuery({ ...conversationsQuery(MINE), pages: PAGES });
    read.then(
      ({ pages }) => {
        const held = pages.flatMap((page) => page.items);
        if (isOver) return;
        if (held.length === 0) return onClose();
        setLines(held);
        onShow();
      },
      () => !isOver && onClose(),
    );
    return () => {
      isOver = true;
      setLines([]);
    };
  }, [open, client, onShow, onClose]);
  return (
    <Modal
      open={open && lines.length > 0 && teams !== undefined}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={t('leaving.title', { count: lines.length })}
      lead={t('leaving.lead')}
      initialFocus={submit}
    >
      <Held lines={lines} teams={teams ?? []} submit={submit} onClose={onClose} />
    </Modal>
  );
}

function Held({
  lines,
  teams,
  submit,
  onClose,
}: {
  lines: readonly ConversationLine[];
  teams: readonly Team[];
  submit: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}) {
  const { t } = useWords();
  const client = useQueryClient();
  const now = useNow(30_000);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const staffed = teams.filter((team) => team.key !== 'bot');
  const teamOf = (line: ConversationLine) =>
    staffed.find((team) => team.key === line.team) ?? staffed[0];
  const leaving = lines.filter((line) => !kept.has(line.id));
  const work = useMutation({
    mutationFn: () =>
      actOnEach(
        client,
        leaving.flatMap((line) => {
          const team = teamOf(line)?.key;
          return team === undefined ? [] : [{ id: line.id, action: { do: 'transfer', team } }];
        }),
      ),
    onSuccess: ({ done, refused }) => {
      say(t('bulk.done', { done, refused }));
      onClose();
    },
  });
  return (
    <form
      className="col g4 dlgb"
      onSubmit={(event) => {
        event.preventDefault();
        work.mutate();
      }}
    >
      <fieldset className="choices" aria-label={t('leaving.list')}>
        {lines.map((line) => (
          <label key={line.id} className="opt">
            <input
              type="checkbox"
              checked={!kept.has(line.id)}
              onChange={(event) => {
                const next = new Set(kept);
                if (event.target.checked) next.delete(line.id);
                else next.add(line.id);
                setKept(next);
              }}
            />
            <b className="med t1 cut" dir="auto">
              {line.contact.name}
            </b>
            <SlaChip clock={replyClock(line, now)} now={now} />
            <span className="end fs12 t3 cut">{teamOf(line)?.name}</span>
          </label>
        ))}
      </fieldset>
      <Foot problem={work.isError && t('bulk.stopped')}>
        <Button onClick={onClose}>{t('leaving.keep')}</Button>
        <Button
          ref={submit}
          look="pri"
          type="submit"
          busy={work.isPending}
          disabled={leaving.length === 0}
          data-testid="hand-over-all"
        >
          {t('leaving.submit', { count: leaving.length })}
        </Button>
      </Foot>
    </form>
  );
}
