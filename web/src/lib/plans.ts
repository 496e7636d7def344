// What was decided and not done yet: a macro waits for the undo time of this person, here, because
// some of its acts could not be called back. It does not depend on what is shown, and a page that
// closes does it at once.
import { type ApiError, toApiError } from '../api/client.ts';
import type { Action } from '../api/types.ts';
import { newKey, post } from './outbox.ts';

export interface Plan {
  id: string;
  name: string;
  action: Action;
  /** The same for every try: it is done once. */
  key: string;
  at: number;
  state: 'waiting' | 'running' | 'failed';
  error: ApiError | null;
  onDone: () => void;
}

const plans = new Map<string, Plan>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function planOf(id: string): Plan | null {
  return plans.get(id) ?? null;
}

/** One at a time for a conversation: another one lets the first go. */
export function plan(
  id: string,
  name: string,
  action: Action,
  seconds: number,
  onDone: () => void,
): void {
  if (planOf(id)?.state === 'waiting') void run(id);
  const at = Date.now() + seconds * 1_000;
  put(id, { id, name, action, key: newKey(), at, state: 'waiting', error: null, onDone });
  if (seconds === 0) void run(id);
  else
    timers.set(
      id,
      setTimeout(() => void run(id), seconds * 1_000),
    );
}

/** Nothing of it happens. */
export function cancel(id: string): void {
  if (planOf(id)?.state === 'running') return;
  clearTimeout(timers.get(id));
  put(id, null);
}

/** Now; also once more, after it failed. */
export async function run(id: string): Promise<void> {
  const now = planOf(id);
  if (!now || now.state === 'running') return;
  clearTimeout(timers.get(id));
  const { error: _, ...rest } = now;
  const running: Plan = { ...rest, state: 'running', error: null };
  put(id, running);
  try {
    await post(id, running.action, running.key);
    if (planOf(id) === running) put(id, null);
    running.onDone();
  } catch (error) {
    if (planOf(id) === running) put(id, { ...running, state: 'failed', error: toApiError(error) });
  }
}

function put(id: string, next: Plan | null): void {
  if (next === null) plans.delete(id);
  else plans.set(id, next);
  for (const listener of listeners) listener();
}

if (typeof addEventListener === 'function') {
  addEventListener('pagehide', () => {
    for (const [id, { state }] of plans) if (state === 'waiting') void run(id);
  });
}
