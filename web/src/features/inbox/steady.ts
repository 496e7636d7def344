import type { ConversationLine } from '../../api/types.ts';

/**
 * While the pointer is on the list its order holds: rows update in place, ones that left are
 * dropped, new ones wait and are counted.
 */
export function steadyOrder(
  held: readonly string[] | null,
  lines: ConversationLine[],
): { order: ConversationLine[]; fresh: number } {
  if (held === null || held.length === 0) return { order: lines, fresh: 0 };
  const byId = new Map(lines.map((line) => [line.id, line]));
  const order = held.flatMap((id) => {
    const line = byId.get(id);
    return line ? [line] : [];
  });
  return { order, fresh: lines.length - order.length };
}
