// Conversations this person has just closed and can still keep open. The server waits and closes
// them, whatever becomes of this page; here is only what the toast says.

export interface Ending {
  id: string;
  name: string;
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
  const ending = { id, name, until: Date.now() + seconds * 1_000 };
  set([...endings.filter((one) => one.id !== id), ending]);
  setTimeout(() => set(endings.filter((one) => one !== ending)), seconds * 1_000);
}

export function forgetEnding(id: string): void {
  set(endings.filter((one) => one.id !== id));
}
