import '../../styles/rows.css';
import { AlarmClock, Check, Tag } from 'lucide-react';
import { memo } from 'react';
import type { ConversationLine, User } from '../../api/types.ts';
import { readDraft } from '../../lib/drafts.ts';
import { useWords } from '../../lib/i18n.ts';
import { replyClock } from '../../lib/sla.ts';
import { firstName } from '../../lib/text.ts';
import type { Owner } from '../../lib/thread.ts';
import { stamp } from '../../lib/time.ts';
import { ContactAvatar, OwnerGlyph, SlaChip, Tier, VipSeal } from '../../ui/bits.tsx';

export const OWNER_OF = {
  bot: 'bot',
  queued: 'queue',
  human: 'agent',
  resolved: 'done',
} as const satisfies Record<ConversationLine['status'], Owner>;

/** More would hide what is due. */
const TAGS = 2;

interface Props {
  line: ConversationLine;
  me: User | null;
  now: number;
  /** Changes when a draft changes: the row reads it again. */
  drafts: number;
}

/** What the assistant holds, or what is closed, nobody has to read. */
export function unreadOf(line: ConversationLine): number {
  return line.status === 'queued' || line.status === 'human' ? line.unread : 0;
}

/** One conversation: who, what they said, who holds it, how long is left. */
export const ConversationRow = memo(function ConversationRow({ line, me, now }: Props) {
  const { t, locale, reason, reasonShort } = useWords();
  const draft = readDraft(line.id, 'reply') || readDraft(line.id, 'note');
  const clock = replyClock(line, now);
  const unread = unreadOf(line);
  const isMine = line.assignee !== null && line.assignee.key === me?.agent_key;
  return (
    <>
      <ContactAvatar name={line.contact.name} />
      <div className="grow">
        <div className="l1">
          <b className="cut" dir="auto">
            {line.contact.name}
          </b>
          {line.is_vip && <VipSeal />}
          {line.mentions_me && (
            <span className="badge atme">
              <span aria-hidden="true">@</span>
              <span className="sr">{t('list.mentioned')}</span>
            </span>
          )}
          <time dateTime={line.last_message_at}>
            {stamp(line.last_message_at, now, locale, t('app.yesterday'))}
          </time>
        </div>
        <div className="l2">
          {draft !== '' && !(isMine && unread > 0) ? (
            <>
              <span className="draft">{t('list.draft')}</span>
              <span className="cut grow" dir="auto">
                {draft}
              </span>
            </>
          ) : (
            <Preview line={line} />
          )}
          {unread > 0 && (
            <span className="badge">
              <span aria-hidden="true">{unread}</span>
              <span className="sr">{t('list.unread', { count: unread })}</span>
            </span>
          )}
        </div>
        <div className="l3">
          <OwnerGlyph owner={OWNER_OF[line.status]} agent={line.assignee} />
          {line.tier !== null && <Tier tier={line.tier} />}
          {line.reason ? (
            <span className={`lab cut r-${line.reason}`} title={reason(line.reason)}>
              {reasonShort(line.reason)}
            </span>
          ) : (
            (line.is_sample || line.is_imported) && (
              <span className="lab cut">{t(line.is_sample ? 'list.sample' : 'list.imported')}</span>
            )
          )}
          <Tags tags={line.tags} most={line.reason ? 0 : TAGS} />
          {line.is_snoozed && (
            <span className="chip line">
              <AlarmClock className="i" />
              {line.snoozed_until
                ? stamp(line.snoozed_until, now, locale, t('app.yesterday'))
                : t('list.untilReply')}
            </span>
          )}
          {line.ends_at === null ? (
            <SlaChip clock={clock} windowClosesAt={line.window_closes_at} now={now} />
          ) : (
            <span className="chip line end">
              <Check className="i" />
              {t('list.ends')}
            </span>
          )}
        </div>
      </div>
    </>
  );
});

/** What waits for an answer; where nothing does, the last message and who of us wrote it. */
function Preview({ line }: { line: ConversationLine }) {
  const { t } = useWords();
  const isHeld = line.status === 'queued' || line.status === 'human';
  const waits = isHeld && line.waiting_since !== null && line.last_words !== null;
  const isTheirs = waits || line.last_words === line.preview || line.status === 'resolved';
  const author = line.preview_by === null ? t('owner.bot') : firstName(line.preview_by);
  return (
    <>
      {!isTheirs && <span className="t3 by cut">{t('list.by', { author })}</span>}
      <span className="cut grow" dir="auto">
        {waits ? line.last_words : line.preview}
      </span>
    </>
  );
}

/** The first ones in words while there is room, the others as a number. */
function Tags({ tags, most }: { tags: readonly string[]; most: number }) {
  const { t } = useWords();
  const more = tags.length - most;
  return (
    <>
      {tags.slice(0, most).map((tag) => (
        <span className="lab cut tagl" key={tag}>
          {tag}
        </span>
      ))}
      {more > 0 && (
        <span className="row g1 fs12 t3 n tagn" title={tags.join(', ')}>
          <Tag className="i i12" />
          <span aria-hidden="true">{more}</span>
          <span className="sr">{t('list.tags', { tags: tags.join(', ') })}</span>
        </span>
      )}
    </>
  );
}
