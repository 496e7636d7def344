import { Clock, FileText } from 'lucide-react';
import { useWords } from '../../lib/i18n.ts';
import type { Pending } from '../../lib/outbox.ts';
import { clock } from '../../lib/time.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { FailRow } from './message-bubble.tsx';
import type { Actions } from './use-actions.ts';

interface Props {
  item: Pending;
  actions: Actions;
}

/** Written here, not yet confirmed by the server. */
export function PendingMessage({ item, actions }: Props) {
  const { t, locale } = useWords();
  const refusal = useRefusal();
  const { action, files } = item;
  const text = action.text ?? action.acts?.find((one) => one.text)?.text ?? action.template ?? '';
  const isNote = action.do === 'note';
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
          {files.map((name, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the files of one reply are fixed
            <span key={at} className="mediar">
              <FileText className="i" />
              <bdi className="cut">{name}</bdi>
            </span>
          ))}
          {text}
          <div className="ft">
            <time dateTime={item.at}>{clock(item.at, locale)}</time>
            <Clock className="i tick" />
            <span className="sr">{t('delivery.queued')}</span>
          </div>
        </div>
      )}
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
