// How the customer felt, message by message: the scores of anger that the assistant weighed. What
// was written after a person took over was not weighed.
import type { ThreadEvent } from '../api/types.ts';

export type Feeling = 'calm' | 'tense' | 'angry';

export interface Mood {
  /** From 0 to 1, oldest first; 1 is anger for certain. */
  points: number[];
  /** Of the last message that was weighed. */
  now: Feeling;
}

/** Half way to where the trigger would have spoken. */
const TENSE = 0.5;
/** More would not be seen on a line this short. */
const MOST = 12;

export function moodOf(events: readonly ThreadEvent[]): Mood | null {
  const weighed = events.flatMap((event) => {
    const rule = event.trace?.rules.find((one) => /^sentiment\b/.test(one.rule));
    return rule ? [rule] : [];
  });
  const last = weighed.at(-1);
  if (!last) return null;
  const share = last.threshold > 0 ? last.score / last.threshold : last.score;
  return {
    points: weighed.slice(-MOST).map((one) => Math.min(1, Math.max(0, one.score))),
    now: last.fired || share >= 1 ? 'angry' : share >= TENSE ? 'tense' : 'calm',
  };
}

/** Points of a line in a box; one point is a level line. */
export function lineOf(points: readonly number[], width: number, height: number): string {
  const all = points.length === 1 ? [points[0] ?? 0, points[0] ?? 0] : points;
  return all
    .map((value, i) => {
      const x = (i / (all.length - 1)) * width;
      return `${x.toFixed(1)},${((1 - value) * height).toFixed(1)}`;
    })
    .join(' ');
}
