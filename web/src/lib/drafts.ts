// What an agent began to write, per conversation and mode; survives a reload of the tab.
import { useSyncExternalStore } from 'react';

export type Mode = 'reply' | 'note';

const listeners = new Set<() => void>();
let version = 0;

function name(id: string, mode: Mode): string {
  return `relais.draft.${mode}.${id}`;
}

/** Where storage is forbidden or full, a draft lives as long as the page. */
const unsaved = new Map<string, string>();

export function readDraft(id: string, mode: Mode): string {
  const key = name(id, mode);
  try {
    return unsaved.get(key) ?? sessionStorage.getItem(key) ?? '';
  } catch {
    return unsaved.get(key) ?? '';
  }
}

export function writeDraft(id: string, mode: Mode, text: string): void {
  const key = name(id, mode);
  try {
    if (text === '') sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
    unsaved.delete(key);
  } catch {
    unsaved.set(key, text);
  }
  version += 1;
  for (const listener of listeners) listener();
}

/** The next person at this browser must not find them. */
export function forgetDrafts(): void {
  unsaved.clear();
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

const modes = new Map<string, Mode>();

/** Reply or note, as it was left in this conversation. */
export function modeOf(id: string): Mode {
  return modes.get(id) ?? 'reply';
}

export function keepMode(id: string, mode: Mode): void {
  modes.set(id, mode);
}
