import '../../styles/desk-pages.css';
import '../../styles/quality.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, FlaskConical, GraduationCap } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, call, toApiError } from '../../api/client.ts';
import { understandingQuery } from '../../api/lead-queries.ts';
import type { Gap, Knowledge, Understanding } from '../../api/types.ts';
import { byMeant, correctionOf } from '../../lib/corrections.ts';
import { useWords } from '../../lib/i18n.ts';
import { articleName } from '../../lib/knowledge.ts';
import { fold } from '../../lib/text.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Bars, Empty, Failure } from '../../ui/states.tsx';
import { Parts } from '../reports/charts.tsx';
import { ArticleSelect } from './article-select.tsx';
import { useCorrect } from './use-correct.ts';

/** Shown before more is asked for. */
const FEW = 8;
/** A longer list is searched. */
const MANY = 12;

interface Props {
  knowledge: Knowledge;
  gaps: readonly Gap[];
  canEdit: boolean;
  canCorrect: boolean;
  onOpen: (id: string) => void;
}

/** How well answers are chosen, what goes wrong most, and what people put right. */
export function Quality(props: Props) {
  const understanding = useQuery(understandingQuery);
  if (!understanding.data) {
    return understanding.isError ? (
      <Failure error={understanding.error} onRetry={() => void understanding.refetch()} />
    ) : (
      <Bars count={6} />
    );
  }
  const shared = { ...props, understanding: understanding.data };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long pages are scrolled with keys
    <div className="deskpage quality" tabIndex={0} data-testid="quality">
      <Expected {...shared} />
      <Bound {...shared} />
      <Mistakes {...shared} />
      <Waiting {...shared} />
      <Learnt {...shared} />
    </div>
  );
}

type Shared = Props & { understanding: Understanding };

function Card({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{title}</h2>
        {count !== undefined && <span className="end n t3 fs12">{count}</span>}
      </header>
      {children}
    </section>
  );
}

function Expected({ understanding: { estimate } }: Shared) {
  const { t, locale } = useWords();
  if (!estimate) {
    return (
      <Card title={t('quality.expect')}>
        <Empty
          icon={<FlaskConical className="i i20" />}
          title={t('quality.few')}
          text={t('quality.fewHelp')}
        />
      </Card>
    );
  }
  const { held_back, right, wrong, asked_back } = estimate;
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  return (
    <Card title={t('quality.expect')}>
      <div className="cdb">
        <p className="statv" data-testid="estimate">
          {percent.format(right / held_back)}
        </p>
        <p className="fs12 t3">{t('quality.basis', { count: held_back })}</p>
        <Parts
          total={held_back}
          parts={[
            { key: 'right', label: t('quality.right'), count: right, tone: 1 },
            {
              key: 'asked',
              label: t('quality.asked'),
              help: t('quality.askedHelp'),
              count: asked_back,
              tone: 2,
            },
            {
              key: 'silent',
              label: t('quality.silent'),
              help: t('quality.silentHelp'),
              count: held_back - right - wrong - asked_back,
              tone: 6,
            },
            { key: 'wrong', label: t('quality.wrong'), count: wrong, tone: 3 },
          ]}
        />
      </div>
    </Card>
  );
}

function Bound({ understanding, canEdit }: Shared) {
  const { t } = useWords();
  const refusal = useRefusal();
  const client = useQueryClient();
  const [draft, setDraft] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (most_wrong: number) =>
      call(api.PUT('/api/v1/understanding', { body: { most_wrong } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: understandingQuery.queryKey });
      setDraft(null);
    },
  });
  const value = draft ?? String(understanding.most_wrong);
  const wanted = Number(value);
  const isFine = Number.isInteger(wanted) && wanted >= 1 && wanted <= 50;
  return (
    <Card title={t('quality.bound')}>
      <form
        className="cdb col g4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isFine) save.mutate(wanted);
        }}
      >
        <label className="row g2">
          <input
            className="inp qnum n"
            type="number"
            min={1}
            max={50}
            value={value}
            disabled={!canEdit}
            aria-invalid={!isFine}
            onChange={(event) => setDraft(event.target.value)}
          />
          {t('quality.ofHundred')}
        </label>
        <p className="fs12 t3">{t('quality.boundHelp')}</p>
        {canEdit && draft !== null && wanted !== understanding.most_wrong && (
          <div className="row g1">
            <Button type="submit" size="s" look="pri" busy={save.isPending} disabled={!isFine}>
              {t('knowledge.publish')}
            </Button>
            <Button size="s" look="ghost" onClick={() => setDraft(null)}>
              {t('app.cancel')}
            </Button>
          </div>
        )}
        {save.error && (
          <p className="ferr" role="alert">
            {refusal(toApiError(save.error))}
          </p>
        )}
      </form>
    </Card>
  );
}

/** An article by its name; by its number where it has gone. */
function useArticle({ knowledge, onOpen }: Props) {
  const { locale } = useWords();
  return (id: string) => {
    const article = knowledge.articles.find((one) => one.id === id);
    return article ? (
      <button type="button" className="link" dir="auto" onClick={() => onOpen(id)}>
        {articleName(article, locale)}
      </button>
    ) : (
      <span className="mono">{id}</span>
    );
  };
}

function More({ left, onMore }: { left: number; onMore: () => void }) {
  const { t } = useWords();
  if (left <= 0) return null;
  return (
    <div className="pad">
      <Button size="s" onClick={onMore}>
        {t('quality.more', { count: left })}
      </Button>
    </div>
  );
}

function Mistakes(props: Shared) {
  const { understanding, canCorrect } = props;
  const { t } = useWords();
  const refusal = useRefusal();
  const article = useArticle(props);
  const correct = useCorrect();
  const [shown, setShown] = useState(FEW);
  const mistakes = understanding.estimate?.mistakes ?? [];
  const groups = byMeant(mistakes);
  return (
    <Card title={t('quality.confused')} count={mistakes.length}>
      {mistakes.length === 0 && <p className="pad t3">{t('quality.noConfused')}</p>}
      {correct.error && (
        <p className="ferr pad" role="alert">
          {refusal(toApiError(correct.error))}
        </p>
      )}
      <ul className="rows">
        {groups.slice(0, shown).map(([meant, all]) => (
          <li key={meant} className="qgroup" data-testid="confused">
            <b className="med">{article(meant)}</b>
            <ul>
              {all.map((one) => (
                <li key={`${one.asked}-${one.given}`}>
                  <span className="grow">
                    <span dir="auto">{t('trace.quote', { text: one.asked })}</span>{' '}
                    <span className="t3 fs12">{t('quality.answered')}</span> {article(one.given)}
                  </span>
                  {canCorrect && (
                    <Button
                      size="s"
                      busy={
                        correct.isPending &&
                        correct.variables.kind === 'answer' &&
                        correct.variables.asked === one.asked
                      }
                      onClick={() =>
                        correct.mutate({
                          kind: 'answer',
                          asked: one.asked,
                          wrong: one.given,
                          right: one.meant,
                        })
                      }
                    >
                      {t('quality.notThis')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <More left={groups.length - shown} onMore={() => setShown(groups.length)} />
    </Card>
  );
}

function Waiting(props: Shared) {
  const { gaps, canCorrect, knowledge } = props;
  const { t } = useWords();
  const [shown, setShown] = useState(FEW);
  return (
    <Card title={t('quality.waiting')} count={gaps.length}>
      {gaps.length === 0 && <p className="pad t3">{t('knowledge.noGap')}</p>}
      <ul className="rows">
        {gaps.slice(0, shown).map((gap) => (
          <GapLine key={gap.question} gap={gap} knowledge={knowledge} canCorrect={canCorrect} />
        ))}
      </ul>
      <More left={gaps.length - shown} onMore={() => setShown(gaps.length)} />
    </Card>
  );
}

function GapLine({
  gap,
  knowledge,
  canCorrect,
}: {
  gap: Gap;
  knowledge: Knowledge;
  canCorrect: boolean;
}) {
  const { t } = useWords();
  const refusal = useRefusal();
  const correct = useCorrect();
  const [right, setRight] = useState('');
  const wanted = correctionOf(gap.question, null, right);
  return (
    <li data-testid="waiting">
      <span className="grow" dir="auto">
        {t('trace.quote', { text: gap.question })}{' '}
        <span className="t3 fs12">{t('quality.times', { count: gap.count })}</span>
      </span>
      {correct.isSuccess ? (
        <span className="row g1 fs12" role="status">
          <CircleCheck className="i i14" />
          {t('correct.kept', { version: correct.data.version })}
        </span>
      ) : (
        canCorrect && (
          <span className="row g1 qpick">
            <ArticleSelect
              knowledge={knowledge}
              label={t('quality.belongs', { question: gap.question })}
              value={right}
              none={t('correct.choose')}
              onPick={setRight}
            />
            <Button
              size="s"
              busy={correct.isPending}
              disabled={wanted === null}
              onClick={() => wanted && correct.mutate({ kind: 'answer', ...wanted })}
            >
              {t('correct.keep')}
            </Button>
          </span>
        )
      )}
      {correct.error && (
        <span className="ferr" role="alert">
          {refusal(toApiError(correct.error))}
        </span>
      )}
    </li>
  );
}

function Learnt(props: Shared) {
  const { learnt } = props.understanding;
  const { t, rule } = useWords();
  const refusal = useRefusal();
  const article = useArticle(props);
  const correct = useCorrect();
  const [shown, setShown] = useState(FEW);
  const [find, setFind] = useState('');
  const found = learnt.filter((one) => fold(one.said).includes(fold(find.trim())));
  return (
    <Card title={t('quality.learnt')} count={learnt.length}>
      {learnt.length === 0 && (
        <Empty
          icon={<GraduationCap className="i i20" />}
          title={t('quality.noLearnt')}
          text={t('quality.noLearntHelp')}
        />
      )}
      {learnt.length > MANY && (
        <div className="pad">
          <input
            type="search"
            className="inp"
            aria-label={t('quality.find')}
            placeholder={t('quality.find')}
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        </div>
      )}
      {correct.error && (
        <p className="ferr pad" role="alert">
          {refusal(toApiError(correct.error))}
        </p>
      )}
      <ul className="rows">
        {found.slice(0, shown).map((one) => (
          <li key={`${one.article}-${one.rule}-${one.said}`} data-testid="learnt">
            <span className="grow" dir="auto">
              {t('trace.quote', { text: one.said })}
            </span>
            <span className="t3 fs12">
              {one.article !== null ? t('quality.noAnswer') : t('quality.noAlarm')}
            </span>
            {one.article !== null ? article(one.article) : <span>{rule(one.rule ?? '')}</span>}
            {props.canCorrect && (
              <Button
                size="s"
                look="ghost"
                aria-label={t('quality.withdrawThis', { text: one.said })}
                busy={
                  correct.isPending &&
                  correct.variables.kind === 'withdrawn' &&
                  correct.variables.learnt === one
                }
                onClick={() => correct.mutate({ kind: 'withdrawn', learnt: one })}
              >
                {t('quality.withdraw')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <More left={found.length - shown} onMore={() => setShown(found.length)} />
    </Card>
  );
}
