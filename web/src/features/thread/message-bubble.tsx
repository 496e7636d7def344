import {
  Check,
  CheckCheck,
  CircleAlert,
  Clock,
  FileText,
  Image,
  MapPin,
  Mic,
  Paperclip,
  Smile,
  UserRound,
  Video,
} from 'lucide-react';
import type { Delivery, Message, ThreadEvent } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Mark } from '../../lib/text.ts';
import { clock } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { Hint } from '../../ui/icon-button.tsx';
import { say } from '../../ui/toasts.tsx';
import { Media } from './media.tsx';
import { MessageText } from './message-text.tsx';

/** What can still bring a message that failed to the customer. */
export type Remedy =
  | { kind: 'retry'; send: (text: string) => void }
  | { kind: 'template'; open: () => void };

interface Props {
  event: ThreadEvent;
  marks: readonly Mark[];
  remedy?: Remedy | undefined;
}

export function MessageBubble({ event, marks, remedy }: Props) {
  const { t, locale } = useWords();
  const { message } = event;
  if (message === null) return null;
  const isOurs = event.by !== 'customer';
  const isFailed = message.delivery === 'refused' || message.delivery === 'failed';
  const side = isOurs ? ` out ${event.by === 'agent' ? 'agent' : 'bot'}` : '';
  return (
    <>
      <div
        className={`m${side}${isFailed ? ' failm' : ''}`}
        dir="auto"
        data-testid={`message-${event.by}`}
      >
        <Content message={message} marks={marks} />
        <div className="ft">
          <time dateTime={event.at}>{clock(event.at, locale)}</time>
          {isOurs && message.delivery && <Ticks delivery={message.delivery} />}
        </div>
      </div>
      {event.is_late && event.sent_at !== null && (
        <p className="latem">
          <Clock className="i i12" />
          {t('thread.late', { sent: clock(event.sent_at, locale), got: clock(event.at, locale) })}
        </p>
      )}
      {isFailed && (
        <FailRow cause={causeOf(t, message)} text={message.text ?? ''} remedy={remedy} />
      )}
    </>
  );
}

export function FailRow({
  cause,
  text,
  remedy,
  onDiscard,
}: {
  cause: string;
  text: string;
  remedy?: Remedy | undefined;
  onDiscard?: () => void;
}) {
  const { t } = useWords();
  return (
    <div className="failrow" role="status">
      <CircleAlert className="i i14" />
      <span className="grow">
        <b>{t('fail.notSent')}</b> {cause}
      </span>
      {remedy && (
        <Button
          size="s"
          onClick={() => (remedy.kind === 'retry' ? remedy.send(text) : remedy.open())}
        >
          {remedy.kind === 'retry' ? t('app.retry') : t('fail.useTemplate')}
        </Button>
      )}
      {text !== '' && (
        <Button
          size="s"
          look="ghost"
          onClick={() => void navigator.clipboard?.writeText(text).then(() => say(t('app.copied')))}
        >
          {t('app.copy')}
        </Button>
      )}
      {onDiscard && (
        <Button size="s" look="ghost" onClick={onDiscard}>
          {t('fail.discard')}
        </Button>
      )}
    </div>
  );
}

const TICK = {
  queued: [Clock, ''],
  dispatching: [Clock, ''],
  accepted: [Clock, ''],
  unknown: [Clock, ''],
  sent: [Check, ''],
  delivered: [CheckCheck, ''],
  read: [CheckCheck, 'read'],
  refused: [CircleAlert, 'fail'],
  failed: [CircleAlert, 'fail'],
  suppressed: [CircleAlert, ''],
} as const;

export function Ticks({ delivery }: { delivery: Delivery }) {
  const { t } = useWords();
  const [Icon, look] = TICK[delivery];
  const word = t(`delivery.${delivery}`);
  return (
    <Hint text={word}>
      <span className="tickw">
        <Icon className={`i tick ${look}`} />
        <span className="sr">{word}</span>
      </span>
    </Hint>
  );
}

const MEDIA = {
  image: Image,
  video: Video,
  audio: Mic,
  voice: Mic,
  document: FileText,
  location: MapPin,
  contacts: UserRound,
  sticker: Smile,
  reaction: Smile,
} as const;

function isMedia(kind: string): kind is keyof typeof MEDIA {
  return kind in MEDIA;
}

function Content({ message, marks }: { message: Message; marks: readonly Mark[] }) {
  const { t } = useWords();
  const text = message.text ?? '';
  const kind = message.media?.kind ?? message.type;
  const isPlain = ['text', 'interactive', 'button', 'buttons', 'list', 'template', 'form'].includes(
    message.type,
  );
  const showsMedia = message.media != null || (!isPlain && text === '') || isMedia(message.type);
  const Icon = isMedia(kind) ? MEDIA[kind] : Paperclip;
  return (
    <>
      {message.media?.url ? (
        <Media file={message.media} />
      ) : (
        showsMedia && (
          <span className="mediar">
            <Icon className="i" />
            <span className="cut">
              {message.media?.filename ??
                t(`media.${isMedia(kind) ? kind : message.media ? 'other' : 'unsupported'}`)}
            </span>
            {message.media?.state === 'removed' && <span className="t3">{t('media.removed')}</span>}
          </span>
        )
      )}
      <MessageText text={text} marks={marks} />
      {message.buttons && message.buttons.length > 0 && (
        <span className="btns">
          {message.buttons.map((button) => (
            <span key={button.payload ?? button.title}>{button.title}</span>
          ))}
        </span>
      )}
    </>
  );
}

/** The provider's number in plain words with the way out, else what it said itself. */
function causeOf(t: ReturnType<typeof useWords>['t'], { error, error_code }: Message): string {
  const key = `provider.${error_code}`;
  if (error_code !== null && t.has(key)) return t(key);
  return error || t('fail.unknownCause');
}
