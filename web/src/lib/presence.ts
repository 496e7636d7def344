// Who is at which conversation, as the stream tells it; what this browser says of its own person.
import { useSyncExternalStore } from 'react';
import { api, call } from '../api/client.ts';

export interface Here {
  key: string;
  name: string;
  doing: 'reading' | 'writing';
}

type Doing = Here['doing'] | 'gone';

/** The server forgets whoever is silent for thirty seconds. */
const SAY_MS = 10_000;
const FORGET_MS = 31_000;
/** A pause in writing that is no end of it. */
const PEN_MS = 8_000;
const NOBODY: readonly Here[] = [];

const people = new Map<string, readonly Here[]>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function put(id: string, here: readonly Here[]): void {
  if (here.length === 0) people.delete(id);
  else people.set(id, here);
  for (const listener of listeners) listener();
}

/** What the stream said; it says nothing when somebody is merely silent, so it is forgotten here. */
export function heard(id: string, here: readonly Here[]): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (here.length > 0)
    timers.set(
      id,
      setTimeout(() => put(id, NOBODY), FORGET_MS),
    );
  put(id, here);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The others at a conversation. */
export function useOthers(id: string, me: string | null): readonly Here[] {
  const here = useSyncExternalStore(subscribe, () => people.get(id) ?? NOBODY);
  return here.length === 0 ? NOBODY : here.filter((one) => one.key !== me);
}

/** Says that this person is at a conversation, until the returned function is called. */
export class Attendance {
  #id: string;
  #doing: Doing | null = null;
  #wroteAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setInterval>;

  constructor(id: string) {
    this.#id = id;
    this.#say();
    this.#timer = setInterval(() => this.#say(true), SAY_MS);
  }

  /** A key was pressed in the composer. */
  writes(): void {
    this.#wroteAt = Date.now();
    this.#say();
  }

  /** What was written has gone, or was thrown away. */
  stopsWriting(): void {
    this.#wroteAt = Number.NEGATIVE_INFINITY;
    this.#say();
  }

  leave(): void {
    clearInterval(this.#timer);
    this.#tell('gone');
  }

  #say(isDue = false): void {
    if (document.visibilityState === 'hidden') return;
    const doing = Date.now() - this.#wroteAt < PEN_MS + SAY_MS ? 'writing' : 'reading';
    if (isDue || doing !== this.#doing) this.#tell(doing);
  }

  #tell(doing: Doing): void {
    this.#doing = doing;
    const told = call(
      api.PUT('/api/v1/conversations/{id}/presence', {
        params: { path: { id: this.#id } },
        body: { doing },
        keepalive: true,
      }),
    );
    // Said again in ten seconds; nobody is to be bothered with it.
    told.catch(() => undefined);
  }
}
