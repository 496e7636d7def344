import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { knowledgeQuery } from '../../api/lead-queries.ts';
import type { Trace } from '../../api/types.ts';
import { correctionOf, givenBy, silencable } from '../../lib/corrections.ts';
import { useWords } from '../../lib/i18n.ts';
import { articleName } from '../../lib/knowledge.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { ArticleSelect } from './article-select.tsx';
import { useCorrect } from './use-correct.ts';

interface Props {
  trace: Trace;
  /** What the customer wrote. */
  text: string;
  /** What the assistant answered; nothing where it handed over. */
  said: readonly string[] | null;
}

/** A turn of the assistant put right by whoever reads it. */
export function Correct({ trace, text, said }: Props) {
  const { t } = useWords();
  const refusal = useRefusal();
  const [isOpen, setOpen] = useState(false);
  const correct = useCorrect();
  const rule = said === null ? silencable(trace) : null;
  if (said === null && rule === null) return null;
  if (correct.isSuccess) {
    return (
      <p className="row g1 fs12" role="status" data-testid="corrected">
        <CircleCheck className="i i14" />
        {t('correct.kept', { version: correct.data.version })}
      </p>
    );
  }
  if (!isOpen) {
    return (
      <div className="row">
        <Button size="s" onClick={() => setOpen(true)} data-testid="correct">
          {rule === null ? t('correct.open') : t('correct.alarm')}
        </Button>
      </div>
    );
  }
  return (
    <div className="col g2" data-testid="correction">
      {rule !== null ? (
        <>
          <p className="fs12">{t('correct.alarmHelp')}</p>
          <div className="row g1">
            <Button
              size="s"
              look="pri"
              busy={correct.isPending}
              onClick={() => correct.mutate({ kind: 'alarm', said: text, rule })}
              data-testid="correct-keep"
            >
              {t('correct.keep')}
            </Button>
            <Button size="s" look="ghost" onClick={() => setOpen(false)}>
              {t('app.cancel')}
            </Button>
          </div>
        </>
      ) : (
        <Answer
          text={text}
          said={said ?? []}
          isBusy={correct.isPending}
          onKeep={(one) => correct.mutate({ kind: 'answer', ...one })}
          onClose={() => setOpen(false)}
        />
      )}
      {correct.error && (
        <p className="ferr" role="alert">
          {refusal(toApiError(correct.error))}
        </p>
      )}
    </div>
  );
}

function Answer({
  text,
  said,
  isBusy,
  onKeep,
  onClose,
}: {
  text: string;
  said: readonly string[];
  isBusy: boolean;
  onKeep: (one: NonNullable<ReturnType<typeof correctionOf>>) => void;
  onClose: () => void;
}) {
  const { t, locale } = useWords();
  const knowledge = useQuery(knowledgeQuery);
  const [right, setRight] = useState('');
  if (!knowledge.data) {
    return (
      <p className="t3 fs12" role="status">
        {knowledge.isError ? t('error.server') : t('app.loading')}
      </p>
    );
  }
  const given = givenBy(knowledge.data.articles, said);
  const wanted = correctionOf(text, given?.id ?? null, right);
  return (
    <>
      <p className="fs12 t3">
        {given ? t('correct.given', { article: articleName(given, locale) }) : t('correct.noGiven')}
      </p>
      <ArticleSelect
        knowledge={knowledge.data}
        label={t('correct.right')}
        value={right}
        none={given ? t('correct.none') : t('correct.choose')}
        onPick={setRight}
      />
      <div className="row g1">
        <Button
          size="s"
          look="pri"
          busy={isBusy}
          disabled={wanted === null}
          onClick={() => wanted && onKeep(wanted)}
          data-testid="correct-keep"
        >
          {given && given.id === right ? t('correct.isRight') : t('correct.keep')}
        </Button>
        <Button size="s" look="ghost" onClick={onClose}>
          {t('app.cancel')}
        </Button>
      </div>
      <p className="fs11 t3">{t('correct.help')}</p>
    </>
  );
}
