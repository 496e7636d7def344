// What agents wrote and the server has not confirmed. A queue per conversation: in order, each
// message under its own key, so that a retry after a lost connection can never send twice. It
// outlives the page that wrote it: another conversation, another view, a reload of the tab. The time
// to take a reply back is the server's affair.
import type { QueryClient } from '@tanstack/react-query';
import { ApiError, api, call, toApiError } from '../api/client.ts';
import type { Action } from '../api/types.ts';
import { forgetDrafts } from './drafts.ts';

export interface Pending {
  key: string;
  at: string;
  action: Action & { do: 'reply' | 'note' | 'several' };
  /** Names of the files that go along. */
  files: readonly string[];
  state: 'waiting' | 'failed';
  error: ApiError | null;
}

const STORE = 'relais.outbox';
const OWNER = 'relais.user';
const RETRY_MS = 3_000;
const EMPTY: readonly Pending[] = [];

const queues = new Map<string, readonly Pending[]>(restore());
const listeners = new Set<() => void>();
const running = new Set<string>();
let client: QueryClient | null = null;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function pendingOf(id: string): readonly Pending[] {
  return queues.get(id) ?? EMPTY;
}

export function enqueue(
  id: string,
  action: Pending['action'],
  files: readonly string[] = [],
): void {
  const item: Pending = {
    key: newKey(),
    at: new Date().toISOString(),
    action,
    files,
    state: 'waiting',
    error: null,
  };
  put(id, [...pendingOf(id), item]);
  void drain(id);
}

export function discard(id: string, key: string): void {
  put(
    id,
    pendingOf(id).filter((item) => item.key !== key),
  );
}

/** The next person at this browser sends nothing in the name of the last. */
export function forgetOutbox(): void {
  for (const id of [...queues.keys()]) put(id, EMPTY);
}

/**
 * Sends what waits now, whenever the connection is back, and until all is gone. What somebody else
 * left in this tab, whose session ended without a sign-out, is dropped.
 */
export function startOutbox(queries: QueryClient, user: string): () => void {
  client = queries;
  if (isOfAnother(user)) {
    forgetOutbox();
    forgetDrafts();
  }
  const all = () => {
    for (const id of queues.keys()) void drain(id);
  };
  all();
  const timer = setInterval(all, RETRY_MS);
  addEventListener('online', all);
  return () => {
    clearInterval(timer);
    removeEventListener('online', all);
    client = null;
  };
}

/** Goes on when the page closes; under the same key a reload sends none of it twice. */
export function post(id: string, action: Action, key: string): Promise<unknown> {
  return call(
    api.POST('/api/v1/conversations/{id}/actions', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body: action,
      keepalive: true,
    }),
  );
}

/** `crypto.randomUUID` needs https; this works on a plain-http LAN as well. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** All that an act on a conversation can have changed. */
export function refresh(queries: QueryClient, id: string): Promise<unknown> {
  const keys = [['events', id], ['conversation', id], ['conversations'], ['counts'], ['agents']];
  return Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
}

function isOfAnother(user: string): boolean {
  try {
    const before = sessionStorage.getItem(OWNER);
    sessionStorage.setItem(OWNER, user);
    return before !== null && before !== user;
  } catch {
    return false;
  }
}

async function drain(id: string): Promise<void> {
  if (client === null || running.has(id)) return;
  running.add(id);
  try {
    for (;;) {
      const head = pendingOf(id).find((item) => item.state === 'waiting');
      if (!head || client === null) return;
      try {
        await post(id, head.action, head.key);
      } catch (caught) {
        const error = toApiError(caught);
        // Not reached, or too busy to say: it keeps its place and its key.
        if (error.isPassing || error.status === 401) return;
        put(
          id,
          pendingOf(id).map((item) =>
            item.key === head.key ? { ...head, state: 'failed', error } : item,
          ),
        );
        if (client) void refresh(client, id);
        continue;
      }
      // The message must be in the thread before its place-holder leaves.
      await client?.invalidateQueries({ queryKey: ['events', id] });
      discard(id, head.key);
      if (client) void refresh(client, id);
    }
  } finally {
    running.delete(id);
  }
}

function put(id: string, queue: readonly Pending[]): void {
  if (queue.length === 0) queues.delete(id);
  else queues.set(id, queue);
  try {
    if (queues.size === 0) sessionStorage.removeItem(STORE);
    else sessionStorage.setItem(STORE, JSON.stringify([...queues]));
  } catch {
    // Without storage it lives as long as the page.
  }
  for (const listener of listeners) listener();
}

function restore(): [string, readonly Pending[]][] {
  try {
    const saved = JSON.parse(sessionStorage.getItem(STORE) ?? '[]') as [string, Pending[]][];
    const revive = (item: Pending): Pending => ({
      ...item,
      // What an older version left has none.
      files: item.files ?? [],
      error: reviveError(item.error),
    });
    return saved.map(([id, queue]) => [id, queue.map(revive)]);
  } catch {
    return [];
  }
}

/** An error read back from storage has lost its class. */
function reviveError(error: ApiError | null): ApiError | null {
  if (error === null) return null;
  return new ApiError(error.status, error.slug, error.slug, error.detail, error.requestId);
}
