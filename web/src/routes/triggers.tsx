import '../styles/inbox.css';
import '../styles/lead.css';
import { useQuery } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import type { ReactNode } from 'react';
import { figuresQuery, triggersQuery } from '../api/lead-queries.ts';
import { sessionQuery, teamsQuery } from '../api/queries.ts';
import type { TriggerRules } from '../api/types.ts';
import { Lab } from '../features/triggers/lab.tsx';
import { useWords } from '../lib/i18n.ts';
import { useTitle } from '../lib/title.ts';
import { NavLink } from '../ui/nav-link.tsx';
import { Bars, Failure } from '../ui/states.tsx';

const DAYS = 30;

/** When the assistant hands over, as sentences in the order in which they are read. */
export function TriggersPage() {
  const { t } = useWords();
  const rules = useQuery(triggersQuery);
  useTitle(t('nav.triggers'));
  return (
    <>
      <header className="bar">
        <h1>{t('nav.triggers')}</h1>
        <span className="t3 cut wide-only">{t('triggers.lead')}</span>
        <NavLink to="/simulator" isCurrent={false} className="btn s end">
          <Smartphone className="i" />
          {t('triggers.try')}
        </NavLink>
      </header>
      {rules.isPending ? (
        <Bars count={7} />
      ) : rules.isError ? (
        <Failure error={rules.error} onRetry={() => void rules.refetch()} />
      ) : (
        <div className="trigp">
          <Rules rules={rules.data} />
          <Lab />
        </div>
      )}
    </>
  );
}

function Rules({ rules }: { rules: TriggerRules }) {
  const { t, topic, segment, language } = useWords();
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: user } = useQuery(sessionQuery);
  const { data: report } = useQuery({
    ...figuresQuery(DAYS),
    enabled: user !== undefined && user?.role !== 'agent',
  });
  const team = (key: string) => teams.find((one) => one.key === key)?.name ?? key;
  const fired = report?.current.by_reason;
  const emergencies = rules.sensitive.filter((one) => one.is_emergency);
  const delicate = rules.sensitive.filter((one) => !one.is_emergency);
  const b = (chunks: ReactNode) => <span className="tok">{chunks}</span>;
  const off = new Set(rules.switched_off);

  const sentences: {
    key: string;
    text: ReactNode;
    more?: ReactNode;
    count?: number | undefined;
  }[] = [
    ...emergencies.map((one) => ({
      key: `emergency:${one.topic}`,
      text: t.rich('triggers.emergency', {
        b,
        topic: topic(one.topic),
        team: team(one.team),
      }),
    })),
    {
      key: 'keyword',
      text: t.rich('triggers.keyword', { b, team: team(rules.default_team) }),
      more: <WordLists lists={rules.keywords} language={language} />,
      count: fired && (fired.keyword ?? 0),
    },
    ...delicate.map((one, i) => ({
      key: `sensitive:${one.topic}`,
      text: t.rich(one.priority === 'normal' ? 'triggers.sensitive' : 'triggers.sensitiveHigh', {
        b,
        topic: topic(one.topic),
        team: team(one.team),
      }),
      count: i === 0 ? fired && (fired.sensitive ?? 0) : undefined,
    })),
    {
      key: 'sentiment',
      text: t.rich('triggers.sentiment', { b }),
      more: <WordLists lists={rules.anger} language={language} />,
      count: fired && (fired.sentiment ?? 0),
    },
    {
      key: 'vip',
      text: t.rich('triggers.vip', {
        b,
        segment: segment(rules.vip_segment),
        count: rules.vip_failure_limit,
        team: team(rules.vip_team),
      }),
      count: fired && (fired.vip ?? 0),
    },
    {
      key: 'failures',
      text: t.rich('triggers.failures', {
        b,
        count: rules.failure_limit,
        team: team(rules.default_team),
      }),
      count: fired && (fired.failures ?? 0),
    },
    {
      key: 'out_of_scope',
      text: t.rich('triggers.outOfScope', { b }),
      count: fired && (fired.out_of_scope ?? 0),
    },
    {
      key: 'hours',
      text: t.rich('triggers.hours', { b }),
      count: fired && (fired.hours ?? 0),
    },
    { key: 'manual', text: t.rich('triggers.manual', { b }), count: fired && (fired.manual ?? 0) },
    ...rules.routing.map((one) => ({
      key: `routing:${one.topic}`,
      text: t.rich('triggers.routing', { b, topic: topic(one.topic), team: team(one.team) }),
    })),
  ];
  return (
    <div className="tscroll">
      <table className="trig">
        <thead>
          <tr>
            <th scope="col" className="num">
              <span className="sr">{t('triggers.order')}</span>
            </th>
            <th scope="col">{t('triggers.rule')}</th>
            {fired && <th scope="col">{t('reports.days', { count: DAYS })}</th>}
          </tr>
        </thead>
        <tbody>
          {sentences.map((one, i) => (
            <tr key={one.key} className={off.has(one.key.split(':')[0] ?? '') ? 'off' : ''}>
              <td className="num t3 n">{i + 1}</td>
              <td>
                {one.text}
                {one.more}
              </td>
              {fired && <td className="n">{one.count ?? ''}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="t3 fs12 trigfoot">{t('triggers.files')}</p>
    </div>
  );
}

function WordLists({
  lists,
  language,
}: {
  lists: Readonly<Record<string, string[]>>;
  language: (code: string) => string;
}) {
  const { t } = useWords();
  const count = Object.values(lists).reduce((sum, words) => sum + words.length, 0);
  return (
    <details className="words">
      <summary>
        {t('triggers.words', { words: count, languages: Object.keys(lists).length })}
      </summary>
      <dl className="dl">
        {Object.entries(lists).map(([code, words]) => (
          <div key={code} className="wl">
            <dt className="cap">{language(code)}</dt>
            <dd dir="auto">{words.join(', ')}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
