import '../styles/lead.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChartNoAxesColumn, MessageCircleQuestionMark } from 'lucide-react';
import { useState } from 'react';
import { figuresQuery, gapsQuery } from '../api/lead-queries.ts';
import { teamsQuery } from '../api/queries.ts';
import type { Figures, Report } from '../api/types.ts';
import { Days, Parts, Ranks, Speed } from '../features/reports/charts.tsx';
import { FigureCard } from '../features/reports/figure-card.tsx';
import { HandoffsCard } from '../features/reports/handoffs.tsx';
import { changeOf } from '../lib/change.ts';
import { useWords } from '../lib/i18n.ts';
import { duration } from '../lib/time.ts';
import { useTitle } from '../lib/title.ts';
import { late } from '../ui/late.tsx';
import { Segments } from '../ui/segments.tsx';
import { Bars, Empty, Failure } from '../ui/states.tsx';

const CostsCard = late(async () => (await import('../features/reports/costs.tsx')).CostsCard, {
  takesKeys: false,
  meanwhile: <Bars count={3} />,
});

const PERIODS = [7, 30, 90] as const;

/** Three figures, why we hand over, how fast we are, and what nobody could answer. */
export function ReportsPage() {
  const { t } = useWords();
  const [days, setDays] = useState<(typeof PERIODS)[number]>(7);
  const report = useQuery({ ...figuresQuery(days), placeholderData: (before) => before });
  useTitle(t('nav.reports'));
  return (
    <>
      <header className="bar">
        <h1>{t('nav.reports')}</h1>
        <Segments
          className="end"
          label={t('reports.period')}
          of={PERIODS}
          value={days}
          onPick={setDays}
        >
          {(one) => t('reports.days', { count: one })}
        </Segments>
      </header>
      {report.isPending ? (
        <Bars count={6} />
      ) : report.isError && !report.data ? (
        <Failure error={report.error} onRetry={() => void report.refetch()} />
      ) : report.data.current.conversations + report.data.previous.conversations === 0 ? (
        <Empty
          icon={<ChartNoAxesColumn className="i i20" />}
          title={t('reports.nothing')}
          text={t('reports.nothingHelp')}
        >
          <Link to="/simulator" className="btn s">
            {t('list.empty.goSimulator')}
          </Link>
        </Empty>
      ) : (
        <div className="page lead-page" aria-busy={report.isPlaceholderData}>
          <Top report={report.data} />
          <div className="g2c">
            <Outcomes figures={report.data.current} />
            <Reasons figures={report.data.current} />
          </div>
          <div className="g2c">
            <section className="cd">
              <header className="cdh">
                <h2>{t('reports.daysTitle')}</h2>
                <span className="end row g1 fs12 t3">
                  <i className="sw d6" /> {t('reports.all')} <i className="sw d1" />{' '}
                  {t('reports.escalated')}
                </span>
              </header>
              <Days days={report.data.days} />
            </section>
            <section className="cd">
              <header className="cdh">
                <h2>{t('reports.speedTitle')}</h2>
              </header>
              <Speed days={report.data.days} />
            </section>
          </div>
          <HandoffsCard figures={report.data.current} />
          <Gaps days={days} />
          <CostsCard />
        </div>
      )}
    </>
  );
}

function Top({ report }: { report: Report }) {
  const { t, locale } = useWords();
  const { current: now, previous: before, days } = report;
  const unit = t('app.units');
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  const number = (digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  const signed = new Intl.NumberFormat(locale, {
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const points = (by: number | undefined) =>
    t('reports.points', { value: signed.format((by ?? 0) * 100) });
  const percentOf = (value: number | null) =>
    value === null ? '–' : number(1).format(value * 100);
  const time = (seconds: number | null) =>
    seconds === null ? '–' : duration(seconds * 1000, unit);

  const speed = changeOf({
    value: now.resolution.median,
    before: before.resolution.median,
    kind: 'amount',
    better: 'less',
  });
  const rate = (of: Figures) => share(of.escalated, of.conversations);
  const handed = changeOf({
    value: rate(now),
    before: rate(before),
    kind: 'share',
    better: 'less',
  });
  const glad = (of: Figures) => share(of.ratings_positive, of.ratings);
  const csat = changeOf({ value: glad(now), before: glad(before), kind: 'share', better: 'more' });
  return (
    <div className="g3c">
      <FigureCard
        name={t('reports.resolution')}
        value={time(now.resolution.median)}
        change={speed}
        changeText={`${signed.format((speed?.by ?? 0) * 100)} %`}
        basis={
          now.resolution.p90 === null
            ? t('reports.noEnd')
            : t('reports.resolutionBasis', { time: time(now.resolution.p90) })
        }
        definition={t('reports.resolutionHelp')}
        days={days.map((day) => day.resolution.median)}
      />
      <FigureCard
        name={t('reports.rate')}
        value={percentOf(rate(now))}
        unit={rate(now) === null ? undefined : '%'}
        change={handed}
        changeText={points(handed?.by)}
        basis={t('reports.of', {
          part: number(0).format(now.escalated),
          whole: number(0).format(now.conversations),
        })}
        definition={t('reports.rateHelp')}
        days={days.map((day) => share(day.escalated, day.conversations))}
      />
      <FigureCard
        name={t('reports.csat')}
        value={percentOf(glad(now))}
        unit={glad(now) === null ? undefined : '%'}
        change={csat}
        changeText={points(csat?.by)}
        basis={
          now.rating_average === null
            ? t('reports.noRating')
            : t('reports.csatBasis', {
                count: now.ratings,
                average: number(1).format(now.rating_average),
              })
        }
        definition={t('reports.csatHelp')}
        days={days.map((day) => share(day.ratings_positive, day.ratings))}
      />
    </div>
  );
}

function Outcomes({ figures: f }: { figures: Figures }) {
  const { t } = useWords();
  const open = Math.max(0, f.conversations - f.escalated - f.bot_resolved - f.abandoned);
  const part = (key: 'solved' | 'handed' | 'left' | 'open', count: number) => ({
    key,
    label: t(`reports.outcome.${key}`),
    help: t(`reports.outcome.${key}Help`),
    count,
  });
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('reports.outcomes')}</h2>
        <span className="end fs12 t3">{t('reports.count', { count: f.conversations })}</span>
      </header>
      <div className="cdb">
        <Parts
          total={f.conversations}
          parts={[
            { ...part('solved', f.bot_resolved), tone: 5 },
            { ...part('handed', f.escalated), tone: 1 },
            { ...part('left', f.abandoned), tone: 3 },
            { ...part('open', open), tone: 6 },
          ]}
        />
      </div>
    </section>
  );
}

function Reasons({ figures }: { figures: Figures }) {
  const { t, reason, locale } = useWords();
  const { data: teams = [] } = useQuery(teamsQuery);
  const [by, setBy] = useState<'reason' | 'team'>('reason');
  const source = by === 'reason' ? figures.by_reason : figures.by_team;
  const rows = Object.entries(source).map(([key, count]) => ({
    key,
    count,
    q: `${by}:${key}`,
    label: by === 'reason' ? reason(key) : (teams.find((team) => team.key === key)?.name ?? key),
  }));
  const wait = figures.first_human_reply;
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('reports.reasons')}</h2>
        <Segments
          className="end"
          label={t('reports.by')}
          of={['reason', 'team'] as const}
          value={by}
          onPick={setBy}
        >
          {(one) => t(`reports.by_${one}`)}
        </Segments>
      </header>
      <div className="cdb">
        {rows.length === 0 ? <p className="t3">{t('reports.noHandoff')}</p> : <Ranks rows={rows} />}
        {wait.median !== null && (
          <p className="fs12 t3 mt10" lang={locale}>
            {t('reports.wait', {
              median: duration(wait.median * 1000, t('app.units')),
              p90: duration((wait.p90 ?? wait.median) * 1000, t('app.units')),
            })}
          </p>
        )}
      </div>
    </section>
  );
}

const MOST = 8;

function Gaps({ days }: { days: number }) {
  const { t } = useWords();
  const { data: gaps = [] } = useQuery(gapsQuery(days));
  if (gaps.length === 0) return null;
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('reports.gaps')}</h2>
        <Link to="/knowledge" className="link end fs12">
          {t('nav.knowledge')}
        </Link>
      </header>
      <ul className="gaps">
        {gaps.slice(0, MOST).map((gap) => (
          <li key={gap.question}>
            <MessageCircleQuestionMark className="i t3" />
            <span className="grow cut" dir="auto">
              {gap.question}
            </span>
            <span className="n t3">{t('reports.times', { count: gap.count })}</span>
            <Link to="/knowledge" search={{ ask: gap.question }} className="btn s">
              {t('reports.answer')}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
