import { ArrowDownRight, ArrowUpRight, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { type Change, sparkline } from '../../lib/change.ts';

interface Props {
  name: string;
  value: string;
  unit?: string | undefined;
  change: Change | null;
  /** The change in words, such as "−2,1 pt". */
  changeText: string;
  /** What the figure rests on. */
  basis: ReactNode;
  definition: string;
  days: readonly (number | null)[];
}

/** One figure: its change, what it rests on, how it is counted. */
export function FigureCard({
  name,
  value,
  unit,
  change,
  changeText,
  basis,
  definition,
  days,
}: Props) {
  const t = useTranslations();
  const { points } = sparkline(days, 120, 30);
  const last = points.at(-1);
  const Icon = !change || change.by === 0 ? Minus : change.by < 0 ? ArrowDownRight : ArrowUpRight;
  return (
    <section className="cd stat" data-testid="figure">
      <h2 className="statk">{name}</h2>
      <div className="statv">
        {value}
        {unit && <small>{unit}</small>}
      </div>
      <div className="statd fs12">
        {change && (
          <span className={`delta ${change.look}`}>
            <Icon className="i i14" aria-hidden="true" />
            {changeText}
            <span className="sr"> {t(`reports.${change.look}`)}</span>
          </span>
        )}
        <span className="t3">{basis}</span>
      </div>
      {points.length > 1 && last && (
        <svg className="spk" viewBox="-3 0 126 30" aria-hidden="true">
          <path d={`M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`} />
          <circle cx={last.x} cy={last.y} r="2.6" />
        </svg>
      )}
      <p className="statdef fs12 t3">{definition}</p>
    </section>
  );
}
