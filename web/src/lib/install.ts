// The app on the device: its service worker, whether it can be installed, and a version that came
// while it was open.
import { useSyncExternalStore } from 'react';

/** `no-https`, `no-worker`: cannot be installed. `menu`: only by the browser's own menu. */
export type Installing = 'no-https' | 'no-worker' | 'installed' | 'ready' | 'menu';

/** What browsers offer before they ask; not in the types of the DOM, for not all have it. */
interface InstallPrompt extends Event {
  prompt: () => Promise<unknown>;
}
interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string };
}

const WORKER = '/sw.js';
const HOUR = 3_600_000;
/** The whole app is fetched after what this page needs itself. */
const FIRST_MS = 2_000;

interface State {
  prompt: InstallPrompt | null;
  isInstalled: boolean;
  /** Another version has taken over since this page was opened. */
  isStale: boolean;
}

let state: State = { prompt: null, isInstalled: false, isStale: false };
const listeners = new Set<() => void>();

function set(patch: Partial<State>): void {
  state = { ...state, ...patch };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Browsers keep workers from pages whose connection could be tampered with. */
export function hasWorker(): boolean {
  return globalThis.isSecureContext === true && 'serviceWorker' in navigator;
}

export function installing(
  { prompt, isInstalled }: Pick<State, 'prompt' | 'isInstalled'>,
  isSecure: boolean,
  hasWorkers: boolean,
): Installing {
  if (!isSecure) return 'no-https';
  if (!hasWorkers) return 'no-worker';
  if (isInstalled) return 'installed';
  return prompt ? 'ready' : 'menu';
}

export function useInstalling(): Installing {
  const { prompt, isInstalled } = useSyncExternalStore(subscribe, () => state);
  return installing(
    { prompt, isInstalled },
    globalThis.isSecureContext === true,
    'serviceWorker' in navigator,
  );
}

export function useIsStale(): boolean {
  return useSyncExternalStore(subscribe, () => state.isStale);
}

/** Asks in the browser's own words; what was chosen arrives as an event. */
export async function install(): Promise<void> {
  const { prompt } = state;
  set({ prompt: null });
  await prompt?.prompt();
}

/** Once a page: registers the worker after all else, and hears of what follows. */
export function startInstall(): () => void {
  const end = new AbortController();
  const { signal } = end;
  set({ isInstalled: matchMedia('(display-mode: standalone)').matches });
  addEventListener(
    'beforeinstallprompt',
    (event) => {
      // Ours is in the settings, not over a customer's words.
      event.preventDefault();
      set({ prompt: event as InstallPrompt });
    },
    { signal },
  );
  addEventListener('appinstalled', () => set({ isInstalled: true, prompt: null }), { signal });
  if (!hasWorker() || !import.meta.env.PROD) return () => end.abort();
  const { serviceWorker } = navigator;
  const hadOne = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => hadOne && set({ isStale: true }), {
    signal,
  });
  const later = setTimeout(() => void register(signal), FIRST_MS);
  return () => {
    clearTimeout(later);
    end.abort();
  };
}

async function register(signal: AbortSignal): Promise<void> {
  const { serviceWorker } = navigator;
  const worker = await serviceWorker.register(address(), { updateViaCache: 'none' }).catch(() => {
    // A browser that forbids it, or a server that just went away: the app works without.
    return null;
  });
  let asked = Date.now();
  document.addEventListener(
    'visibilitychange',
    () => {
      // A page that stays open for days would never ask for a new version.
      if (document.hidden || Date.now() - asked < HOUR) return;
      asked = Date.now();
      void worker?.update().catch(() => undefined);
    },
    { signal },
  );
}

/** The policy of the server lets one script address through, made here. */
function address(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  made ??= trustedTypes?.createPolicy('relais', {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError(url);
      return url;
    },
  });
  return made?.createScriptURL(WORKER) ?? WORKER;
}

let made: ReturnType<TrustedTypes['createPolicy']> | undefined;
