// How a figure moved against the period before, and whether that is good.

export interface Change {
  /** Part for part for amounts (0.1 = a tenth more), points for shares. */
  by: number;
  look: 'good' | 'bad' | 'same';
}

interface Figure {
  value: number | null;
  before: number | null;
  /** `share`: 0 to 1, compared in points; `amount`: compared in parts of itself. */
  kind: 'share' | 'amount';
  better: 'less' | 'more';
}

/** Null where there is nothing to compare. */
export function changeOf({ value, before, kind, better }: Figure): Change | null {
  if (value === null || before === null || (kind === 'amount' && before === 0)) return null;
  const by = kind === 'share' ? value - before : value / before - 1;
  if (Math.abs(by) < 0.005) return { by: 0, look: 'same' };
  return { by, look: by < 0 === (better === 'less') ? 'good' : 'bad' };
}

/** Points of a line through values, gaps left out, in a box with room for the pen. */
export function sparkline(values: readonly (number | null)[], width: number, height: number) {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 0);
  const points = values.flatMap((value, i) => {
    if (value === null) return [];
    const x = values.length < 2 ? width / 2 : (i / (values.length - 1)) * width;
    const y = top === 0 ? height - 2 : 2 + (1 - value / top) * (height - 4);
    return [{ i, x: round(x), y: round(y) }];
  });
  return { points, top };
}

const round = (value: number) => Math.round(value * 10) / 10;
