import { fold } from '../../lib/text.ts';

/** Every word begun in the query begins a word of the label; accents and case do not matter. */
export function matches(query: string, label: string): boolean {
  const words = fold(label).split(/[^\p{L}\p{N}]+/u);
  return fold(query)
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}
