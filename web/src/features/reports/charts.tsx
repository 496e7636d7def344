// Charts whose title is the question they answer; every value is also there as text.
import { Link } from '@tanstack/react-router';
import { useLocale, useTranslations } from 'use-intl';
import type { Report } from '../../api/types.ts';
import { sparkline } from '../../lib/change.ts';
import { duration } from '../../lib/time.ts';

export interface Part {
  key: string;
  label: string;
  help?: string;
  count: number;
  tone: 1 | 2 | 3 | 5 | 6;
}

/** A whole in parts, the bar above and the words below. */
export function Parts({ parts, total }: { parts: readonly Part[]; total: number }) {
  const locale = useLocale();
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const number = new Intl.NumberFormat(locale);
  let at = 0;
  return (
    <>
      <svg className="pbar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        {parts.map((part) => {
          const width = (part.count / Math.max(1, total)) * 100;
          const x = at;
          at += width;
          return <rect key={part.key} className={`d${part.tone}`} x={x} width={width} height="4" />;
        })}
      </svg>
      <table className="ptab2">
        <tbody>
          {parts.map((part) => (
            <tr key={part.key}>
              <th scope="row">
                <i className={`sw d${part.tone}`} />
                {part.label}
              </th>
              <td className="n t1 med">{number.format(part.count)}</td>
              <td className="n t3">{total > 0 && percent.format(part.count / total)}</td>
              <td className="t3 fs12 wide-only">{part.help}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Amounts beside each other, the largest first. */
export function Ranks({
  rows,
}: {
  /** `q`: the search that finds them. */
  rows: readonly { key: string; label: string; count: number; q: string }[];
}) {
  const locale = useLocale();
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <table className="ranks">
      <tbody>
        {[...rows]
          .sort((a, b) => b.count - a.count)
          .map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <Link to="/inbox" search={{ q: row.q }} className="cap">
                  {row.label}
                </Link>
              </th>
              <td className="rk">
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect className="d1" width={(row.count / most) * 100} height="4" />
                </svg>
              </td>
              <td className="n t1 med">{row.count}</td>
              <td className="n t3">{percent.format(row.count / Math.max(1, total))}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

const W = 560;
const H = 132;

/** Conversations a day, those that people had to take in front. */
export function Days({ days }: { days: Report['days'] }) {
  const t = useTranslations();
  const locale = useLocale();
  const most = Math.max(1, ...days.map((day) => day.conversations));
  const slot = W / Math.max(1, days.length);
  const bar = Math.max(2, Math.min(34, slot * 0.62));
  const short = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const label = (date: string) => short.format(new Date(`${date}T00:00:00Z`));
  const height = (count: number) => (count / most) * (H - 8);
  return (
    <figure className="days">
      <svg viewBox={`0 0 ${W} ${H}`} aria-hidden="true">
        <path className="gr" d={`M0 ${H - 0.5}H${W}`} />
        {days.map((day, i) => {
          const x = i * slot + (slot - bar) / 2;
          return (
            <g key={day.date}>
              <rect
                className="d6"
                x={x}
                y={H - height(day.conversations)}
                width={bar}
                height={height(day.conversations)}
                rx="2"
              />
              <rect
                className="d1"
                x={x}
                y={H - height(day.escalated)}
                width={bar}
                height={height(day.escalated)}
                rx="2"
              />
            </g>
          );
        })}
      </svg>
      <figcaption className="row between fs12 t3 n">
        <span>{days[0] && label(days[0].date)}</span>
        <span>{t('reports.peak', { count: most })}</span>
        <span>{days.at(-1) && label(days.at(-1)?.date ?? '')}</span>
      </figcaption>
      <table className="sr">
        <caption>{t('reports.daysTitle')}</caption>
        <thead>
          <tr>
            <th>{t('reports.day')}</th>
            <th>{t('reports.conversations')}</th>
            <th>{t('reports.escalated')}</th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.date}>
              <th scope="row">{label(day.date)}</th>
              <td>{day.conversations}</td>
              <td>{day.escalated}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** The median and nine in ten, day by day; days without an end have no point. */
export function Speed({ days }: { days: Report['days'] }) {
  const t = useTranslations();
  const nine = days.map((day) => day.resolution.p90);
  const half = days.map((day) => day.resolution.median);
  const top = Math.max(1, ...nine.map((value) => value ?? 0));
  const scaled = (values: readonly (number | null)[]) =>
    // Both lines on one scale: the larger series sets it.
    sparkline([...values, top], W * (1 + 1 / Math.max(1, days.length - 1)), H).points.slice(0, -1);
  const unit = t('app.units');
  const path = (values: readonly (number | null)[]) =>
    `M${scaled(values)
      .map(({ x, y }) => `${x} ${y}`)
      .join('L')}`;
  const hasAny = half.some((value) => value !== null);
  if (!hasAny) return <p className="t3 pad">{t('reports.noEnd')}</p>;
  return (
    <figure className="days">
      <svg viewBox={`-4 0 ${W + 8} ${H}`} aria-hidden="true">
        <path className="gr" d={`M0 ${H - 0.5}H${W}M0 ${H / 2}H${W}M0 2H${W}`} />
        <path className="ln s6" d={path(nine)} />
        <path className="ln s1" d={path(half)} />
        {scaled(half).map(({ i, x, y }) => (
          <circle key={i} className="d1" cx={x} cy={y} r="2.4" />
        ))}
      </svg>
      <figcaption className="row between fs12 t3 n">
        <span className="row g1">
          <i className="sw d1" /> {t('reports.median')} <i className="sw d6" /> {t('reports.p90')}
        </span>
        <span>{t('reports.scale', { time: duration(top * 1000, unit) })}</span>
      </figcaption>
    </figure>
  );
}
