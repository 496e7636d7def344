// One event stream per browser. Hints only say what changed; queries read it. Where the browser
// has locks, one tab holds the stream and tells the others; elsewhere each tab has its own.
import type { QueryClient } from '@tanstack/react-query';
import { type Here, heard } from './presence.ts';

export type LiveState = 'connecting' | 'open' | 'lost';

type Wire =
  | { type: 'hint'; conversation: string }
  | { type: 'presence'; conversation: string; people: Here[] }
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
  #isHinted = false;
  #listed = 0;

  constructor(client: QueryClient) {
    this.#client = client;
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
        this.#isHinted = true;
        this.#tell({ type: 'hint', conversation: String(data.conversation) });
      }
    });
    source.addEventListener('presence', (message: MessageEvent<string>) => {
      const data = JSON.parse(message.data) as { conversation: string; people: Here[] };
      this.#tell({ type: 'presence', ...data });
    });
    source.addEventListener('counts', () => {
      // Each hint brings one of these. One that comes alone says that hints were dropped.
      if (!this.#isHinted) this.#tell({ type: 'missed' });
      this.#isHinted = false;
    });
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
        this.#later('conversations', null, this.#gap(200, 1_000));
        this.#later('counts', null, 200);
        this.#later('agents', null, 400);
        this.#later('teams', null, 400);
        this.#later('simulator', null, 0);
        break;
      case 'presence':
        heard(wire.conversation, wire.people);
        break;
      case 'missed':
        void this.#client.invalidateQueries();
        break;
      case 'state':
        this.#set(wire.state);
        break;
      case 'ask':
        if (this.#source) this.#channel?.postMessage({ type: 'state', state: this.#state });
        break;
    }
  }

  /** Lists are long: soon after a quiet time, at most once a second in a busy one. */
  #gap(soon: number, busy: number): number {
    const due = Math.max(Date.now() + soon, this.#listed + busy);
    this.#listed = Math.max(this.#listed, due);
    return due - Date.now();
  }

  /** Bursts of hints become one read. */
  #later(noun: string, id: string | null, ms: number): void {
    const name = `${noun}/${id ?? ''}`;
    if (this.#soon.has(name)) return;
    const run = () => {
      this.#soon.delete(name);
      void this.#client.invalidateQueries({ queryKey: id === null ? [noun] : [noun, id] });
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
