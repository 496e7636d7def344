import { Clock, Undo2 } from 'lucide-react';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { isHeld, type Pending } from '../../lib/outbox.ts';
import { clock } from '../../lib/time.ts';
import { FailRow } from './message-bubble.tsx';
import type { Actions } from './use-actions.ts';
import { useRefusal } from './use-refusal.ts';

interface Props {
  item: Pending;
  actions: Actions;
  onUndo: () => void;
}

/** Written here, not yet confirmed by the server; for a few seconds it can be taken back. */
export function PendingMessage({ item, actions, onUndo }: Props) {
  const { t, locale } = useWords();
  const refusal = useRefusal();
  const text = item.action.text ?? item.action.template ?? '';
  const isNote = item.action.do === 'note';
  return (
    <>
      {isNote ? (
        <div className="note pend">
          <div className="h">
            <Clock className="i i12" />
            {t('thread.note')} <span className="t3">· {t('composer.pending')}</span>
          </div>
          <span className="pre">{text}</span>
        </div>
      ) : (
        <div className={`m out agent pend${item.state === 'failed' ? ' failm' : ''}`} dir="auto">
          {text}
          <div className="ft">
            <time dateTime={item.at}>{clock(item.at, locale)}</time>
            <Clock className="i tick" />
            <span className="sr">{t('delivery.queued')}</span>
          </div>
        </div>
      )}
      {item.heldUntil > 0 && item.state === 'waiting' && <Undo item={item} onUndo={onUndo} />}
      {item.state === 'failed' && item.error && (
        <FailRow
          cause={refusal(item.error)}
          text={text}
          remedy={{ kind: 'retry', send: () => actions.resend(item) }}
          onDiscard={() => actions.discard(item.key)}
        />
      )}
    </>
  );
}

function Undo({ item, onUndo }: { item: Pending; onUndo: () => void }) {
  const { t } = useWords();
  const now = useNow(250);
  if (!isHeld(item)) return null;
  const seconds = Math.max(1, Math.ceil((item.heldUntil - now) / 1_000));
  return (
    <div className="undo fs12" data-testid="undo">
      <span className="t3">{t('composer.leaves', { seconds })}</span>
      <button type="button" className="link row g1" onClick={onUndo}>
        <Undo2 className="i i12 flip" />
        {t('composer.undo')}
      </button>
    </div>
  );
}
