// What agents say of hand-offs, in rows.
import type { Figures } from '../api/types.ts';

type Ratings = Figures['handoffs_rated'][string];

export interface NeededRow extends Ratings {
  /** The reason they came for. */
  key: string;
  rated: number;
}

/** The reason with the most ratings first. */
export function neededRows(rated: Figures['handoffs_rated']): NeededRow[] {
  return Object.entries(rated)
    .map(([key, of]) => ({ key, ...of, rated: of.needed + of.between + of.unneeded }))
    .filter((row) => row.rated > 0)
    .sort((a, b) => b.rated - a.rated || a.key.localeCompare(b.key));
}

export function sum(rows: readonly NeededRow[]): { needed: number; rated: number } {
  const add = (of: 'needed' | 'rated') => rows.reduce((total, row) => total + row[of], 0);
  return { needed: add('needed'), rated: add('rated') };
}
