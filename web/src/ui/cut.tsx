import { twoRuns } from '../lib/text.ts';

/**
 * One line that is cut where it has no room. Words that end with others of the opposite direction
 * keep the beginning of these: one box would be cut there, since it lies at the box's end.
 */
export function Cut({ text }: { text: string }) {
  const [first, rest] = twoRuns(text);
  if (rest === '') return <span className="cut">{text}</span>;
  return (
    <span className="cut runs">
      {first}
      <bdi className="cut">{rest}</bdi>
    </span>
  );
}
