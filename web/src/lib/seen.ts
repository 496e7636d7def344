// Tells the server now and then that somebody is at this device: whoever is at none for a time is
// away by themselves, and back with the first touch.
import { api, call } from '../api/client.ts';
import { read, write } from './prefs.ts';

/** More often says nothing new. */
const EVERY_MS = 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Of all tabs: what one said, the others need not. */
function lastTold(): number {
  return Number(read('seen') ?? 0);
}

/** Listens for whoever is signed in; the result ends it. */
export function startSeen(tell = put): () => void {
  const stop = new AbortController();
  let isTelling = false;
  const seen = async () => {
    const now = Date.now();
    const since = now - lastTold();
    // A clock that was put back does not silence anybody.
    if (isTelling || (since >= 0 && since < EVERY_MS)) return;
    isTelling = true;
    write('seen', String(now));
    // Said again with the next sign.
    await tell().catch(() => write('seen', '0'));
    isTelling = false;
  };
  for (const sign of SIGNS) {
    addEventListener(sign, () => void seen(), {
      signal: stop.signal,
      passive: true,
      capture: true,
    });
  }
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && void seen(),
    { signal: stop.signal },
  );
  // Whoever opens the page is there.
  write('seen', '0');
  if (document.visibilityState === 'visible') void seen();
  return () => stop.abort();
}

async function put(): Promise<void> {
  await call(api.PUT('/api/v1/account/seen'));
}
