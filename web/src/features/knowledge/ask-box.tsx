import { useQuery } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { matchesQuery } from '../../api/lead-queries.ts';
import type { Knowledge } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { articleName } from '../../lib/knowledge.ts';
import { Button } from '../../ui/button.tsx';

interface Props {
  knowledge: Knowledge;
  onOpen: (id: string) => void;
  /** What is asked first. */
  question?: string;
}

/** Ask the knowledge base as a customer would, and see which articles come near. */
export function AskBox({ knowledge, onOpen, question = '' }: Props) {
  const { t, locale } = useWords();
  const id = useId();
  const [text, setText] = useState(question);
  const [asked, setAsked] = useState('');
  const found = useQuery(matchesQuery(asked));
  const verdict = found.data?.verdict as
    | 'answer'
    | 'clarify'
    | 'out_of_scope'
    | 'noise'
    | undefined;
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const named = (found.data?.candidates ?? []).flatMap(({ id: key, score }): ReactNode[] => {
    const article = knowledge.articles.find((one) => one.id === key);
    return article
      ? [
          <li key={key}>
            <button type="button" className="link cut" dir="auto" onClick={() => onOpen(key)}>
              {articleName(article, locale)}
            </button>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect className="tr" width="100" height="4" />
              <rect className="d1" width={score * 100} height="4" />
            </svg>
            <span className="n t3">{percent.format(score)}</span>
          </li>,
        ]
      : [];
  });
  return (
    <section className="cd ask2">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(text.trim());
        }}
      >
        <label className="flabel row g1" htmlFor={id}>
          <FlaskConical className="i i14" />
          {t('knowledge.ask')}
        </label>
        <div className="row">
          <span className="inp grow">
            <input
              id={id}
              className="bare grow"
              dir="auto"
              maxLength={300}
              placeholder={t('knowledge.askPlaceholder')}
              value={text}
              onChange={(event) => setText(event.target.value)}
              data-testid="ask"
            />
          </span>
          <Button type="submit" disabled={text.trim() === ''} busy={found.isFetching}>
            {t('knowledge.askButton')}
          </Button>
        </div>
      </form>
      {verdict && (
        <div role="status" data-testid="verdict">
          <p className="mt10">
            <span className={`chip ${verdict === 'answer' ? 'ok' : 'warn'}`}>
              {t(`knowledge.verdict.${verdict}`)}
            </span>
          </p>
          {named.length > 0 && <ul className="near">{named}</ul>}
          <p className="fs12 t3 mt8">{t('knowledge.askHelp')}</p>
        </div>
      )}
    </section>
  );
}
