// What the service worker keeps: the files of the app and nothing else. An answer of the server is
// never kept, so that nobody reads on a shared device what somebody else was sent.

const PREFIX = 'relais-shell-';
/** Answers of a server behind a proxy that cannot reach it. */
const UNREACHED = [502, 503, 504];
const SERVER = ['api', 'hooks', 'sandbox', 'problems'];

/** How a request is answered; null: as if there were no worker. */
export function kindOf(
  request: Pick<Request, 'method' | 'url' | 'mode'>,
  origin: string,
): 'page' | 'file' | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return null;
  if (SERVER.includes(url.pathname.split('/')[1] ?? '')) return null;
  if (request.mode === 'navigate') return 'page';
  // Their names hold a hash of what is in them: what was kept is what is asked for.
  return /^\/assets\/[^/]+-[\w-]{8}\.\w+$/.test(url.pathname) ? 'file' : null;
}

/** Fetches a version whole, or not at all. */
export async function fill(caches: CacheStorage, version: string, files: readonly string[]) {
  const cache = await caches.open(PREFIX + version);
  await cache.addAll([new Request('/', { cache: 'reload' }), ...files]);
}

/** The version before stays: a page of it may be open and want a part it has not loaded yet. */
export async function tidy(caches: CacheStorage, version: string) {
  const others = (await caches.keys()).filter(
    (name) => name.startsWith(PREFIX) && name !== PREFIX + version,
  );
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** The newest page while the server is there; the one that was kept says that it is not. */
export async function page(caches: CacheStorage, version: string, request: Request) {
  const kept = async () => (await caches.open(PREFIX + version)).match('/');
  try {
    const answer = await fetch(request);
    return UNREACHED.includes(answer.status) ? ((await kept()) ?? answer) : answer;
  } catch {
    return (await kept()) ?? Response.error();
  }
}

export async function file(caches: CacheStorage, version: string, request: Request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(PREFIX + version)).put(request, answer.clone());
  return answer;
}
