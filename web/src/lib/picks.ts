// Which rows of a list are chosen for an act on many.

/** Chooses or drops one; with a range, everything from the last one touched to it. */
export function toggled(
  picked: ReadonlySet<string>,
  order: readonly string[],
  id: string,
  from: string | null,
): ReadonlySet<string> {
  const next = new Set(picked);
  const start = from === null ? -1 : order.indexOf(from);
  const end = order.indexOf(id);
  if (start >= 0 && end >= 0 && start !== end) {
    for (const one of order.slice(Math.min(start, end), Math.max(start, end) + 1)) next.add(one);
  } else if (!next.delete(id)) next.add(id);
  return next;
}
