// Conversations this person has just closed and can still keep open. The server waits and closes
// them, whatever becomes of this page; here is only what the toast says.

export interface Ending {
  ids: readonly string[];
  /** Of the customer; nothing where several were closed at once. */
  name: string | null;
  until: number;
}

let endings: readonly Ending[] = [];
const listeners = new Set<() => void>();

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function endingsNow(): readonly Ending[] {
  return endings;
}

function set(next: readonly Ending[]): void {
  endings = next;
  for (const listener of listeners) listener();
}

export function ends(id: string, name: string, seconds: number): void {
  show({ ids: [id], name, until: Date.now() + seconds * 1_000 });
}

/** Several at once are one toast, which goes when the first of them can no longer be kept open. */
export function endTogether(ids: readonly string[], until: number): void {
  if (ids.length > 0 && until > Date.now()) show({ ids, name: null, until });
}

function show(ending: Ending): void {
  for (const id of ending.ids) forgetEnding(id);
  set([...endings, ending]);
  // One of several may have been taken out meanwhile: it is known by its end.
  setTimeout(
    () => set(endings.filter((one) => one.until !== ending.until || !isPart(one, ending))),
    ending.until - Date.now(),
  );
}

function isPart(one: Ending, of: Ending): boolean {
  return one.ids.every((id) => of.ids.includes(id));
}

export function forgetEnding(id: string): void {
  set(
    endings
      .map((one) =>
        one.ids.includes(id) ? { ...one, ids: one.ids.filter((other) => other !== id) } : one,
      )
      .filter((one) => one.ids.length > 0),
  );
}
