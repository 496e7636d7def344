import { useQuery } from '@tanstack/react-query';
import { ArrowRight, FlaskConical } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { knowledgeQuery, triggerMatchesQuery } from '../../api/lead-queries.ts';
import { teamsQuery } from '../../api/queries.ts';
import type { RuleTrace } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { articleName } from '../../lib/knowledge.ts';
import { toneOf } from '../../lib/text.ts';
import { marksOf } from '../../lib/thread.ts';
import { Tier } from '../../ui/bits.tsx';
import { Failure } from '../../ui/states.tsx';
import { MessageText } from '../thread/message-text.tsx';

/** A sentence, and which rule it would set off as a first message. */
export function Lab() {
  const { t } = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 250);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery({ ...triggerMatchesQuery(asked), placeholderData: (before) => before });
  const result = asked === '' ? undefined : found.data;
  const trace = result && { rules: result.rules, winner: result.winner, node: null, walked: [] };
  return (
    <aside className="lab2" aria-label={t('lab.title')}>
      <header className="bar">
        <FlaskConical className="i t3" />
        <h2 className="h15">{t('lab.title')}</h2>
      </header>
      <div className="labb">
        <label className="flabel" htmlFor={id}>
          {t('lab.sentence')}
        </label>
        <textarea
          id={id}
          className="inp area"
          rows={3}
          dir="auto"
          maxLength={1000}
          placeholder={t('lab.placeholder')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          data-testid="lab"
        />
        {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
        {result && trace && (
          <div className="col g4" data-testid="lab-result">
            <p className="labq" dir="auto">
              <MessageText text={asked} marks={marksOf(asked, [trace])} />
            </p>
            <Verdict result={result} />
            <ol className="labr" aria-label={t('trace.rules')}>
              {result.rules.map((rule) => (
                <RuleBar key={rule.rule} rule={rule} isFirst={rule.rule === result.winner} />
              ))}
            </ol>
          </div>
        )}
        <p className="fs12 t3">{t('lab.help')}</p>
      </div>
    </aside>
  );
}

function Verdict({
  result,
}: {
  result: {
    outcome: string;
    winner: string | null;
    team: string | null;
    priority: string | null;
    article: string | null;
  };
}) {
  const { t, rule, locale } = useWords();
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: knowledge } = useQuery({ ...knowledgeQuery, enabled: result.article !== null });
  const team = teams.find((one) => one.key === result.team);
  const article = knowledge?.articles.find((one) => one.id === result.article);
  if (result.outcome === 'handoff' && result.winner !== null) {
    return (
      <div className="cd labv" role="status">
        <p className="row wrap g1">
          <ArrowRight className="i flip c-acc" />
          <b className="t1">{team?.name ?? result.team}</b>
          {team && <Tier tier={team.tier} />}
          {result.priority !== 'normal' && (
            <span className={`chip ${result.priority === 'urgent' ? 'bad' : 'warn'}`}>
              {result.priority === 'urgent' ? t('priority.urgent') : t('priority.high')}
            </span>
          )}
        </p>
        <p className="fs12">{t('lab.because', { rule: rule(result.winner) })}</p>
      </div>
    );
  }
  const key = result.outcome as 'answer' | 'clarify' | 'out_of_scope' | 'flow' | 'noise';
  return (
    <div className="cd labv" role="status">
      <b className="t1">{t(`knowledge.verdict.${key}`)}</b>
      {article && (
        <p className="fs12" dir="auto">
          {articleName(article, locale)}
        </p>
      )}
    </div>
  );
}

function RuleBar({ rule, isFirst }: { rule: RuleTrace; isFirst: boolean }) {
  const { rule: nameOf, topic, percent } = useWords();
  // Side by side, the topics tell them apart.
  const [, subject] = rule.rule.split('sensitive:');
  const tone = rule.fired ? toneOf(rule.rule) : 'none';
  return (
    <li className={isFirst ? 'win' : ''}>
      <span className="cut cap">{subject ? topic(subject) : nameOf(rule.rule)}</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className="tr" y="2" width="100" height="4" />
        <rect className={`f-${tone}`} y="2" width={rule.score * 100} height="4" />
        <path className="lim" d={`M${rule.threshold * 100} 0V8`} />
      </svg>
      <span className="n">{percent(rule.score)}</span>
    </li>
  );
}
