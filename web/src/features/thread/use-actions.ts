// What an agent does to a conversation. Sends wait in a queue per conversation: in order, each
// under its own key, so that a retry after a lost connection can never send twice.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { type ApiError, api, call, toApiError } from '../../api/client.ts';
import type { Action, Conversation } from '../../api/types.ts';

export interface Pending {
  key: string;
  at: string;
  action: Action & { do: 'reply' | 'note' };
  state: 'waiting' | 'failed';
  error: ApiError | null;
}

const queues = new Map<string, readonly Pending[]>();
const listeners = new Set<() => void>();
const running = new Set<string>();
const EMPTY: readonly Pending[] = [];

function put(id: string, queue: readonly Pending[]): void {
  if (queue.length === 0) queues.delete(id);
  else queues.set(id, queue);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function post(id: string, action: Action, key: string): Promise<unknown> {
  return call(
    api.POST('/api/v1/conversations/{id}/actions', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body: action,
    }),
  );
}

export function useActions(conversation: Conversation | undefined) {
  const client = useQueryClient();
  const id = conversation?.id ?? '';
  const pending = useSyncExternalStore(subscribe, () => queues.get(id) ?? EMPTY);

  const refresh = useCallback(
    () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['events', id] }),
        client.invalidateQueries({ queryKey: ['conversation', id] }),
        client.invalidateQueries({ queryKey: ['conversations'] }),
        client.invalidateQueries({ queryKey: ['counts'] }),
        client.invalidateQueries({ queryKey: ['agents'] }),
      ]),
    [client, id],
  );

  const drain = useCallback(async () => {
    if (id === '' || running.has(id)) return;
    running.add(id);
    try {
      for (;;) {
        const head = queues.get(id)?.find((item) => item.state === 'waiting');
        if (!head) return;
        try {
          await post(id, head.action, head.key);
        } catch (caught) {
          const error = toApiError(caught);
          // Not reached: keep it and its key for when the line is back.
          if (error.isOffline) return;
          const failed: Pending = { ...head, state: 'failed', error };
          put(
            id,
            (queues.get(id) ?? []).map((item) => (item.key === head.key ? failed : item)),
          );
          void refresh();
          continue;
        }
        await client.invalidateQueries({ queryKey: ['events', id] });
        put(
          id,
          (queues.get(id) ?? []).filter((item) => item.key !== head.key),
        );
        void refresh();
      }
    } finally {
      running.delete(id);
    }
  }, [client, id, refresh]);

  useEffect(() => {
    if (pending.length === 0) return;
    const retry = () => void drain();
    const timer = setInterval(retry, 3_000);
    addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      removeEventListener('online', retry);
    };
  }, [pending.length, drain]);

  const send = (action: Pending['action']) => {
    const item: Pending = {
      key: newKey(),
      at: new Date().toISOString(),
      action: { ...action, ...(conversation ? { expected_epoch: conversation.owner_epoch } : {}) },
      state: 'waiting',
      error: null,
    };
    put(id, [...(queues.get(id) ?? []), item]);
    void drain();
  };
  const discard = (key: string) =>
    put(
      id,
      (queues.get(id) ?? []).filter((item) => item.key !== key),
    );
  const resend = (item: Pending) => {
    discard(item.key);
    send(item.action);
  };

  const act = useMutation({
    mutationFn: ({ action, key }: { action: Action; key: string }) => post(id, action, key),
    onSettled: () => refresh(),
  });
  const run = (action: Action) =>
    act.mutateAsync({
      action: { ...action, ...(conversation ? { expected_epoch: conversation.owner_epoch } : {}) },
      key: newKey(),
    });

  return {
    pending,
    send,
    discard,
    resend,
    run,
    isBusy: act.isPending,
    doing: act.variables?.action.do,
  };
}

export type Actions = ReturnType<typeof useActions>;

/** `crypto.randomUUID` needs https; this works on a plain-http LAN as well. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
