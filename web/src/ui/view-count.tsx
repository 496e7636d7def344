import { useLocale } from 'use-intl';
import type { View } from '../api/types.ts';
import { MOST } from '../lib/views.ts';

/** How many a view holds; red where each one is a promise about to be broken. */
export function ViewCount({ view }: { view: Pick<View, 'key' | 'count'> }) {
  const locale = useLocale();
  // A row of noughts says nothing and hides the one that counts.
  if (view.count === null || view.count === 0) return null;
  const isAlarm = (view.key === 'risk' || view.key === 'mentions') && view.count > 0;
  return (
    <span className={isAlarm ? 'n alarm' : 'n'}>
      {new Intl.NumberFormat(locale).format(view.count)}
      {view.count >= MOST && '+'}
    </span>
  );
}
