import { CircleX } from 'lucide-react';
import type { ApiError } from '../../api/client.ts';
import type { Conversation } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Banner } from '../../ui/states.tsx';

/** The server said no. For a lost race: who won, and where to go now. */
export function Problem({
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
