import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CornerDownLeft, FileText } from 'lucide-react';
import { knowledgeQuery, matchesQuery } from '../../api/lead-queries.ts';
import type { Conversation } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { articleName, nameIn } from '../../lib/knowledge.ts';

const MOST = 3;
/** Below, an article only shares words with the question. */
const NEAR = 0.2;

interface Props {
  conversation: Conversation;
  onInsert: ((text: string) => void) | null;
}

/** Articles close to the customer's last words, one press from the reply. */
export function Suggestions({ conversation, onInsert }: Props) {
  const { t, locale } = useWords();
  const said = conversation.last_words ?? '';
  // A digit or an "ok" asks nothing.
  const question = /\p{L}{3}/u.test(said) && conversation.status !== 'resolved' ? said : '';
  const found = useQuery(matchesQuery(question.slice(0, 300)));
  const knowledge = useQuery({ ...knowledgeQuery, enabled: question !== '' });
  const near = (found.data?.candidates ?? [])
    .filter((one) => one.score >= NEAR)
    .slice(0, MOST)
    .flatMap(({ id }) => knowledge.data?.articles.find((article) => article.id === id) ?? []);
  if (near.length === 0) return null;
  return (
    <section className="sec" data-testid="suggestions">
      <h3>{t('panel.knowledge')}</h3>
      <ul className="kbs">
        {near.map((article) => {
          const title = articleName(article, locale);
          const text = nameIn(article.answer, conversation.language);
          return (
            <li className="kb" key={article.id}>
              <FileText className="i i14" />
              <Link
                to="/knowledge"
                search={{ article: article.id }}
                className="grow cut"
                title={text ?? undefined}
                dir="auto"
              >
                {title}
              </Link>
              {onInsert && text && (
                <button
                  type="button"
                  className="ib s"
                  aria-label={t('panel.insert', { title })}
                  onClick={() => onInsert(text)}
                >
                  <CornerDownLeft className="i i14 flip" />
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
