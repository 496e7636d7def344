import '../styles/lead.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { BookOpen, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { gapsQuery, knowledgeQuery } from '../api/lead-queries.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Article, Gap, Knowledge } from '../api/types.ts';
import { ArticleEditor } from '../features/knowledge/article-editor.tsx';
import { AskBox } from '../features/knowledge/ask-box.tsx';
import { useWords } from '../lib/i18n.ts';
import { articleName, emptyArticle, freshId, nameIn } from '../lib/knowledge.ts';
import { fold } from '../lib/text.ts';
import { useTitle } from '../lib/title.ts';
import { Button } from '../ui/button.tsx';
import { late } from '../ui/late.tsx';
import { Segments } from '../ui/segments.tsx';
import { Bars, Empty, Failure } from '../ui/states.tsx';

const route = getRouteApi('/worded/inside/beside/knowledge');
const Quality = late(
  () => import('../features/knowledge/quality.tsx').then((module) => module.Quality),
  { takesKeys: false, meanwhile: <Bars count={6} /> },
);
const GAP_DAYS = 30;
const EDITORS = ['owner', 'admin', 'supervisor'];

/** What the assistant can answer, what it could not, and a place to try a question. */
export function KnowledgePage() {
  const { t } = useWords();
  const knowledge = useQuery(knowledgeQuery);
  useTitle(t('nav.knowledge'));
  if (!knowledge.data) {
    return (
      <>
        <header className="bar">
          <h1>{t('nav.knowledge')}</h1>
        </header>
        {knowledge.isError ? (
          <Failure error={knowledge.error} onRetry={() => void knowledge.refetch()} />
        ) : (
          <Bars count={7} />
        )}
      </>
    );
  }
  return <Loaded knowledge={knowledge.data} />;
}

function Loaded({ knowledge }: { knowledge: Knowledge }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const { article: id, ask, view } = route.useSearch();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const canEdit = EDITORS.includes(user?.role ?? '');
  const { data: gaps = [] } = useQuery({
    ...gapsQuery(GAP_DAYS),
    enabled: user !== null && user.role !== 'agent',
  });
  const [list, setList] = useState<'articles' | 'gaps'>(ask === undefined ? 'articles' : 'gaps');
  const tab = view === 'quality' ? 'quality' : list;
  const setTab = (next: typeof tab) => {
    if (next === 'quality') return void navigate({ to: '/knowledge', search: { view: next } });
    setList(next);
    if (view) open({});
  };
  const [q, setQ] = useState('');

  const open = (search: { article?: string; ask?: string }) =>
    void navigate({ to: '/knowledge', search });
  const isNew = ask !== undefined || id === 'new';
  const article = isNew
    ? emptyArticle(knowledge, ask ?? '')
    : knowledge.articles.find((one) => one.id === id);
  return (
    <>
      <header className="bar">
        <h1>{t('nav.knowledge')}</h1>
        <Segments
          label={t('nav.knowledge')}
          of={['articles', 'gaps', 'quality'] as const}
          value={tab}
          onPick={setTab}
        >
          {(one) => (
            <>
              {t(`knowledge.${one}`)}
              {one !== 'quality' && (
                <span className="t3 n">
                  {one === 'articles' ? knowledge.articles.length : gaps.length}
                </span>
              )}
            </>
          )}
        </Segments>
        {canEdit && (
          <Button
            size="s"
            className="end"
            aria-label={t('knowledge.new')}
            onClick={() => open({ article: 'new' })}
          >
            <Plus className="i" />
            <span className="wide-only">{t('knowledge.new')}</span>
          </Button>
        )}
      </header>
      {tab === 'quality' ? (
        <Quality
          knowledge={knowledge}
          gaps={gaps}
          canEdit={canEdit}
          canCorrect={user?.role !== 'auditor'}
          onOpen={(next) => open({ article: next })}
        />
      ) : (
        <div className={`knowp${article ? ' has-open' : ''}`}>
          <section className="klist" aria-label={t(`knowledge.${tab}`)}>
            {tab === 'articles' ? (
              <Articles
                knowledge={knowledge}
                q={q}
                onQ={setQ}
                current={isNew ? null : (id ?? null)}
                onOpen={(next) => open({ article: next })}
              />
            ) : (
              <Gaps gaps={gaps} current={ask ?? null} onOpen={(next) => open({ ask: next })} />
            )}
          </section>
          <section className="kmain">
            {article ? (
              <ArticleEditor
                key={isNew ? `new:${ask ?? ''}` : article.id}
                article={article}
                id={isNew ? freshId(knowledge) : article.id}
                isNew={isNew}
                knowledge={knowledge}
                canEdit={canEdit}
                asked={gaps.find((gap) => gap.question === ask)?.examples ?? []}
                onDone={(kept) => open({ article: kept })}
                onClose={() => open({})}
              />
            ) : (
              <div className="kempty">
                <Empty
                  icon={<BookOpen className="i i20" />}
                  title={t('knowledge.pick')}
                  text={t('knowledge.pickHelp')}
                />
                <AskBox knowledge={knowledge} onOpen={(next) => open({ article: next })} />
              </div>
            )}
          </section>
        </div>
      )}
    </>
  );
}

function Articles({
  knowledge,
  q,
  onQ,
  current,
  onOpen,
}: {
  knowledge: Knowledge;
  q: string;
  onQ: (q: string) => void;
  current: string | null;
  onOpen: (id: string) => void;
}) {
  const { t, locale } = useWords();
  const wanted = fold(q.trim());
  const hits = (article: Article) =>
    wanted === '' ||
    fold(
      [article.id, ...Object.values(article.question), ...Object.values(article.answer)].join(' '),
    ).includes(wanted);
  const groups = knowledge.themes
    .map((theme) => ({
      theme,
      articles: knowledge.articles.filter((one) => one.theme === theme.key && hits(one)),
    }))
    .filter((group) => group.articles.length > 0);
  return (
    <>
      <div className="fbar">
        <div className="inp grow">
          <Search className="i i14 t3" />
          <input
            type="search"
            className="bare grow"
            aria-label={t('knowledge.search')}
            placeholder={t('knowledge.search')}
            value={q}
            onChange={(event) => onQ(event.target.value)}
          />
        </div>
      </div>
      <div className="kscroll">
        {groups.length === 0 && <p className="pad t3">{t('knowledge.noHit')}</p>}
        {groups.map(({ theme, articles }) => (
          <div key={theme.key}>
            <h2 className="kth">{nameIn(theme.title, locale) ?? theme.key}</h2>
            <ul>
              {articles.map((article) => (
                <li key={article.id}>
                  <button
                    type="button"
                    className="krow"
                    aria-current={article.id === current ? 'true' : undefined}
                    onClick={() => onOpen(article.id)}
                    data-testid="article"
                  >
                    <span className="cut t1 med" dir="auto">
                      {articleName(article, locale)}
                    </span>
                    <span className="cut fs12 t3" dir="auto">
                      {nameIn(article.answer, locale)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </>
  );
}

function Gaps({
  gaps,
  current,
  onOpen,
}: {
  gaps: readonly Gap[];
  current: string | null;
  onOpen: (question: string) => void;
}) {
  const { t } = useWords();
  const most = Math.max(1, ...gaps.map((gap) => gap.count));
  if (gaps.length === 0) {
    return (
      <Empty
        icon={<BookOpen className="i i20" />}
        title={t('knowledge.noGap')}
        text={t('knowledge.noGapHelp')}
      />
    );
  }
  return (
    <ul className="kscroll">
      {gaps.map((gap) => (
        <li key={gap.question}>
          <button
            type="button"
            className="krow"
            aria-current={gap.question === current ? 'true' : undefined}
            onClick={() => onOpen(gap.question)}
            data-testid="gap"
          >
            <span className="row">
              <span className="cut grow t1 med" dir="auto">
                {gap.question}
              </span>
              <span className="n">{gap.count}</span>
            </span>
            <svg className="kbar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
              <rect className="tr" width="100" height="3" />
              <rect className="d1" width={(gap.count / most) * 100} height="3" />
            </svg>
          </button>
        </li>
      ))}
    </ul>
  );
}
