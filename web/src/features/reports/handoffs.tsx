import { Link } from '@tanstack/react-router';
import type { Figures } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { neededRows, sum } from '../../lib/needed.ts';

const KINDS = [
  { kind: 'needed', tone: 1 },
  { kind: 'between', tone: 3 },
  { kind: 'unneeded', tone: 6 },
] as const;

/** What agents say of the hand-offs they got: were people needed? By the reason they came for. */
export function HandoffsCard({ figures }: { figures: Figures }) {
  const { t, reason, locale } = useWords();
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const number = new Intl.NumberFormat(locale);
  const rows = neededRows(figures.handoffs_rated);
  const all = sum(rows);
  return (
    <section className="cd" data-testid="needed">
      <header className="cdh">
        <h2>{t('reports.needed')}</h2>
        {all.rated > 0 && (
          <span className="end row g1 fs12 t3">
            {KINDS.map(({ kind, tone }) => (
              <span key={kind} className="row g1">
                <i className={`sw d${tone}`} /> {t(`reports.rated_${kind}`)}
              </span>
            ))}
          </span>
        )}
      </header>
      <div className="cdb">
        {all.rated === 0 ? (
          <p className="t3">{t('reports.noneRated')}</p>
        ) : (
          <table className="ranks">
            <thead className="sr">
              <tr>
                <th>{t('reports.reason')}</th>
                <th>{t('reports.rated')}</th>
                <th>{t('reports.rated_needed')}</th>
                <th>{t('reports.share')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  <th scope="row">
                    <Link to="/inbox" search={{ q: `reason:${row.key}` }} className="cap">
                      {reason(row.key)}
                    </Link>
                  </th>
                  <td className="rk">
                    <Split of={row} />
                  </td>
                  <td className="n t1 med">{percent.format(row.needed / row.rated)}</td>
                  <td className="n t3">
                    {t('reports.of', {
                      part: number.format(row.needed),
                      whole: number.format(row.rated),
                    })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <p className="fs12 t3 mt10">
          {all.rated > 0 &&
            `${t('reports.neededAll', {
              share: percent.format(all.needed / all.rated),
              count: all.rated,
            })} `}
          {t('reports.neededHelp')}
        </p>
      </div>
    </section>
  );
}

function Split({ of }: { of: Record<(typeof KINDS)[number]['kind'] | 'rated', number> }) {
  let at = 0;
  return (
    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      {KINDS.map(({ kind, tone }) => {
        const width = (of[kind] / of.rated) * 100;
        const x = at;
        at += width;
        return <rect key={kind} className={`d${tone}`} x={x} width={width} height="4" />;
      })}
    </svg>
  );
}
