import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { conversationsQuery } from '../../api/queries.ts';
import type { Conversation } from '../../api/types.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { stamp } from '../../lib/time.ts';

const MOST = 5;

/** What the same customer wrote about before. */
export function Past({ conversation }: { conversation: Conversation }) {
  const { t, locale, reason } = useWords();
  const now = useNow(60_000);
  const digits = conversation.contact.phone.replace(/\D/g, '');
  const found = useInfiniteQuery({
    ...conversationsQuery({ q: digits }),
    enabled: digits.length > 5,
  });
  const lines = (found.data?.pages[0]?.items ?? [])
    .filter((one) => one.contact.id === conversation.contact.id && one.id !== conversation.id)
    .slice(0, MOST);
  if (lines.length === 0) return null;
  return (
    <section className="sec" data-testid="past">
      <h3>
        {t('panel.past')}
        <span className="end n t3">{lines.length}</span>
      </h3>
      <ul className="kbs">
        {lines.map((line) => (
          <li className="kb" key={line.id}>
            <Link to="/inbox/$id" params={{ id: line.id }} className="grow cut" dir="auto">
              {line.last_words ?? line.preview}
            </Link>
            <span className="lab">
              {line.is_imported
                ? t('list.imported')
                : line.reason
                  ? reason(line.reason)
                  : t('owner.bot')}
            </span>
            <time className="fs12 t3 n" dateTime={line.last_message_at}>
              {stamp(line.last_message_at, now, locale, t('app.yesterday'))}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}
