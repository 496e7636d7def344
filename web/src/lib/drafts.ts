// What an agent began to write, per conversation and mode. Kept in the tab at once and on the server
// within a second: it survives a reload, and is there on the next device. What two devices wrote at
// once is never lost: the person chooses.
import { useSyncExternalStore } from 'react';
import { api, call, toApiError } from '../api/client.ts';
import type { Draft } from '../api/types.ts';

export type Mode = 'reply' | 'note';

/** What the server has of a draft, as far as this tab knows. */
interface Known {
  version: number;
  text: string;
}

const PREFIX = 'relais.draft.';
const SAVE_MS = 700;
const RETRY_MS = 5_000;

const listeners = new Set<() => void>();
let version = 0;
const known = new Map<string, Known>();
const conflicts = new Map<string, Known>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const saving = new Set<string>();

function name(id: string, mode: Mode): string {
  return `${PREFIX}${mode}.${id}`;
}

function changed(): void {
  version += 1;
  for (const listener of listeners) listener();
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
  keep(id, mode, text);
  later(id, mode, SAVE_MS);
}

function keep(id: string, mode: Mode, text: string): void {
  const key = name(id, mode);
  try {
    if (text === '') sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
    unsaved.delete(key);
  } catch {
    unsaved.set(key, text);
  }
  changed();
}

function later(id: string, mode: Mode, ms: number): void {
  const key = name(id, mode);
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => void save(id, mode), ms),
  );
}

async function save(id: string, mode: Mode): Promise<void> {
  const key = name(id, mode);
  timers.delete(key);
  if (conflicts.has(key)) return;
  if (saving.has(key)) return later(id, mode, SAVE_MS);
  const text = readDraft(id, mode);
  const before = known.get(key) ?? { version: 0, text: '' };
  if (text === before.text) return;
  saving.add(key);
  try {
    const stored = await call(
      api.PUT('/api/v1/conversations/{id}/draft', {
        params: { path: { id } },
        body: { mode, text, after: before.version },
      }),
    );
    known.set(key, { version: text === '' ? 0 : stored.version, text });
  } catch (caught) {
    const error = toApiError(caught);
    if (error.slug === 'draft_conflict') await fetchDrafts();
    else if (error.isPassing) later(id, mode, RETRY_MS);
  } finally {
    saving.delete(key);
  }
}

/** Reads what other devices wrote. */
export async function fetchDrafts(): Promise<void> {
  try {
    merge((await call(api.GET('/api/v1/drafts'))).items);
  } catch {
    // Not reached: the tab's own drafts are all there is.
  }
}

export function merge(drafts: readonly Draft[]): void {
  const stored = new Set<string>();
  for (const { conversation, mode, text, version: newest } of drafts) {
    if (mode !== 'reply' && mode !== 'note') continue;
    const key = name(conversation, mode);
    stored.add(key);
    const before = known.get(key);
    if (before?.version === newest && before.text === text) continue;
    const here = readDraft(conversation, mode);
    const theirs = { version: newest, text };
    if (here === text || here === '' || here === before?.text) {
      known.set(key, theirs);
      if (here !== text) keep(conversation, mode, text);
    } else {
      conflicts.set(key, theirs);
    }
  }
  // Sent or emptied elsewhere; what was changed here since stays.
  for (const [key, before] of known) {
    if (stored.has(key) || saving.has(key) || before.version === 0) continue;
    known.set(key, { version: 0, text: '' });
    const [mode, id] = partsOf(key);
    if (readDraft(id, mode) === before.text) keep(id, mode, '');
    else later(id, mode, SAVE_MS);
  }
  changed();
}

function partsOf(key: string): [Mode, string] {
  const rest = key.slice(PREFIX.length);
  const at = rest.indexOf('.');
  return [rest.slice(0, at) === 'note' ? 'note' : 'reply', rest.slice(at + 1)];
}

/** What another device wrote over the same draft; nothing where nobody did. */
export function conflictOf(id: string, mode: Mode): string | null {
  return conflicts.get(name(id, mode))?.text ?? null;
}

/** Ends a conflict: with their words, or with those written here. */
export function settleConflict(id: string, mode: Mode, takes: 'theirs' | 'ours'): void {
  const key = name(id, mode);
  const theirs = conflicts.get(key);
  if (!theirs) return;
  conflicts.delete(key);
  known.set(key, theirs);
  if (takes === 'theirs') keep(id, mode, theirs.text);
  else later(id, mode, 0);
  changed();
}

/** Reads them at once and whenever the person comes back to this tab. */
export function startDrafts(): () => void {
  void fetchDrafts();
  const again = () => {
    if (document.visibilityState === 'visible') void fetchDrafts();
  };
  document.addEventListener('visibilitychange', again);
  return () => document.removeEventListener('visibilitychange', again);
}

/** The next person at this browser must not find them. */
export function forgetDrafts(): void {
  unsaved.clear();
  known.clear();
  conflicts.clear();
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
  } catch {
    // Nothing was stored.
  }
  changed();
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
