// One event stream per browser. Hints only say what changed; queries read it. Where the browser
// has locks, one tab holds the stream and tells the others; elsewhere each tab has its own.
import type { QueryClient } from '@tanstack/react-query';
import { type Here, heard } from './presence.ts';

type ReadMoved = (client: QueryClient, ids: readonly string[]) => Promise<void>;

const readMoved: ReadMoved = async (client, ids) =>
  (await import('./lists.ts')).readMoved(client, ids);

export type LiveState = 'connecting' | 'open' | 'lost';

type Wire =
  | { type: 'hint'; conversation: string }
  | { type: 'presence'; conversation: string; people: Here[] }
  | { type: 'counts' }
  | { type: 'people' }
  | { type: 'missed' }
  | { type: 'state'; state: LiveState }
  | { type: 'ask' };

const CHANNEL = 'relais-live';
/** A short drop is normal (a proxy, a restart): say so only when it lasts. */
const GRACE_MS = 1_500;

/** Longer after each refusal, and never the same for all browsers of a restarted server. */
export function pause(refused: number, random = Math.random()): number {
  return Math.min(30_000, 1_000 * 2 ** refused) * (0.5 + random / 2);
}

export class Live {
  #client: QueryClient;
  #state: LiveState = 'connecting';
  #listeners = new Set<() => void>();
  #channel: BroadcastChannel | null = null;
  #source: EventSource | null = null;
  #stop = new AbortController();
  #lost: ReturnType<typeof setTimeout> | undefined;
  #soon = new Map<string, ReturnType<typeof setTimeout>>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #refused = 0;
  #dueAt = new Map<string, number>();
  #moved = new Set<string>();
  #isReading = false;
  #readMs = 0;
  #readMoved: ReadMoved;

  constructor(client: QueryClient, read: ReadMoved = readMoved) {
    this.#client = client;
    this.#readMoved = read;
  }

  get state(): LiveState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): () => void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    addEventListener('offline', () => this.#set('lost'), { signal });
    addEventListener('online', () => this.#reopen(), { signal });
    const locks = 'locks' in navigator ? navigator.locks : null;
    if (locks && 'BroadcastChannel' in window) {
      this.#channel = new BroadcastChannel(CHANNEL);
      this.#channel.onmessage = (message: MessageEvent<Wire>) => this.#hear(message.data);
      this.#channel.postMessage({ type: 'ask' } satisfies Wire);
      locks
        .request('relais-stream', { signal }, () => {
          this.#open();
          return new Promise<void>((done) => signal.addEventListener('abort', () => done()));
        })
        .catch(() => undefined);
    } else {
      this.#open();
    }
    return () => this.#close();
  }

  #close(): void {
    this.#stop.abort();
    this.#source?.close();
    this.#source = null;
    this.#channel?.close();
    this.#channel = null;
    clearTimeout(this.#lost);
    clearTimeout(this.#retry);
    for (const timer of this.#soon.values()) clearTimeout(timer);
    this.#soon.clear();
  }

  #open(): void {
    const source = new EventSource('/api/v1/stream');
    this.#source = source;
    source.addEventListener('open', () => {
      this.#refused = 0;
      this.#tell({ type: 'state', state: 'open' });
    });
    source.addEventListener('error', () => {
      this.#tell({ type: 'state', state: 'lost' });
      // A refused stream (a restart behind a proxy) is not retried by the browser.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#reopen(), pause(this.#refused));
        this.#refused += 1;
      }
    });
    source.addEventListener('hint', (message: MessageEvent<string>) => {
      const data: unknown = JSON.parse(message.data);
      if (data !== null && typeof data === 'object' && 'conversation' in data) {
        this.#tell({ type: 'hint', conversation: String(data.conversation) });
      }
    });
    source.addEventListener('presence', (message: MessageEvent<string>) => {
      const data = JSON.parse(message.data) as { conversation: string; people: Here[] };
      this.#tell({ type: 'presence', ...data });
    });
    source.addEventListener('counts', () => {
      // Something moved out of our sight, perhaps out of our lists.
      this.#tell({ type: 'counts' });
    });
    source.addEventListener('people', () => this.#tell({ type: 'people' }));
    source.addEventListener('lists', () => this.#tell({ type: 'missed' }));
  }

  #reopen(): void {
    if (!this.#source || this.#stop.signal.aborted) return;
    this.#source.close();
    this.#open();
  }

  /** Acts on it here and passes it to the other tabs. */
  #tell(wire: Wire): void {
    this.#channel?.postMessage(wire);
    this.#hear(wire);
  }

  #hear(wire: Wire): void {
    switch (wire.type) {
      case 'hint':
        this.#later('events', wire.conversation, 0);
        this.#later('conversation', wire.conversation, 0);
        this.#moved.add(wire.conversation);
        this.#readSoon();
        // What goes by the clock moves without a hint.
        this.#later('conversations', null, this.#gap('all', 15_000, 15_000), 'all');
        this.#recount();
        this.#later('simulator', null, 0);
        break;
      case 'presence':
        heard(wire.conversation, wire.people);
        break;
      case 'counts':
        this.#later('conversations', null, this.#gap('lists', 200, 2_000));
        this.#recount();
        break;
      case 'people':
        this.#readPeople();
        break;
      case 'missed':
        this.#later('', null, this.#gap('everything', 0, 3_000));
        break;
      case 'state':
        this.#set(wire.state);
        break;
      case 'ask':
        if (this.#source) this.#channel?.postMessage({ type: 'state', state: this.#state });
        break;
    }
  }

  #recount(): void {
    this.#later('counts', null, this.#gap('counts', 400, 2_000));
    this.#readPeople();
  }

  #readPeople(): void {
    this.#later('agents', null, this.#gap('agents', 1_000, 5_000));
    this.#later('teams', null, this.#gap('teams', 1_000, 5_000));
  }

  /**
   * Soon after a quiet time; in a busy one with some distance to the last time. By chance up to
   * twice as late: what all agents hear at once, they do not ask for at once.
   */
  #gap(name: string, soon: number, busy: number): number {
    const now = Date.now();
    const late = soon * Math.random();
    const due = Math.max(now + soon + late, (this.#dueAt.get(name) ?? 0) + busy);
    // One that waits already is not put off.
    if ((this.#dueAt.get(name) ?? 0) <= now) this.#dueAt.set(name, due);
    return due - now;
  }

  /** What moved meanwhile is read together; never twice at once. */
  #readSoon(): void {
    if (this.#isReading || this.#soon.has('moved')) return;
    const run = async () => {
      this.#soon.delete('moved');
      const ids = [...this.#moved];
      this.#moved.clear();
      this.#isReading = true;
      const begun = Date.now();
      await this.#readMoved(this.#client, ids).catch(() => undefined);
      this.#readMs = Date.now() - begun;
      this.#isReading = false;
      if (this.#moved.size > 0 && !this.#stop.signal.aborted) this.#readSoon();
    };
    this.#soon.set(
      'moved',
      // A server that is slow already is asked less often.
      setTimeout(() => void run(), this.#gap('moved', 40, Math.max(200, 2 * this.#readMs))),
    );
  }

  /** Bursts of hints become one read. */
  #later(noun: string, id: string | null, ms: number, name = `${noun}/${id ?? ''}`): void {
    if (this.#soon.has(name)) return;
    const run = () => {
      this.#soon.delete(name);
      const queryKey = id === null ? [noun] : [noun, id];
      void this.#client.invalidateQueries(noun === '' ? {} : { queryKey });
    };
    this.#soon.set(name, setTimeout(run, ms));
  }

  #set(state: LiveState): void {
    if (state === 'lost') {
      this.#lost ??= setTimeout(() => this.#apply('lost'), navigator.onLine ? GRACE_MS : 0);
      return;
    }
    clearTimeout(this.#lost);
    this.#lost = undefined;
    this.#apply(state);
  }

  #apply(state: LiveState): void {
    const before = this.#state;
    if (before === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
    // Whatever happened while nobody listened is read now; positions fill the gaps.
    if (state === 'open' && before === 'lost') void this.#client.invalidateQueries();
  }
}
