// What an agent began to write, per conversation and mode; survives a reload of the tab.
import { useSyncExternalStore } from 'react';

export type Mode = 'reply' | 'note';

const listeners = new Set<() => void>();
let version = 0;

function name(id: string, mode: Mode): string {
  return `relais.draft.${mode}.${id}`;
}

export function readDraft(id: string, mode: Mode): string {
  try {
    return sessionStorage.getItem(name(id, mode)) ?? '';
  } catch {
    return '';
  }
}

export function writeDraft(id: string, mode: Mode, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(name(id, mode));
    else sessionStorage.setItem(name(id, mode), text);
  } catch {
    // Without storage the text still lives in the field.
  }
  version += 1;
  for (const listener of listeners) listener();
}

/** The next person at this browser must not find them. */
export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith('relais.draft.')) sessionStorage.removeItem(key);
    }
  } catch {
    // Nothing was stored.
  }
  version += 1;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Re-renders when any draft changes; read them with `readDraft`. */
export function useDraftVersion(): number {
  return useSyncExternalStore(subscribe, () => version);
}
