import { beforeEach, describe, expect, test, vi } from 'vitest';
import { file, fill, kindOf, page, tidy } from './shell.ts';

const HOME = 'https://relais.example';

class OneCache {
  readonly kept = new Map<string, Response>();
  constructor(readonly storage: Caches) {}
  keyOf = (request: Request | string) =>
    new URL(typeof request === 'string' ? request : request.url, HOME).pathname;
  match = async (request: Request | string) => this.kept.get(this.keyOf(request))?.clone();
  put = async (request: Request | string, answer: Response) => {
    this.kept.set(this.keyOf(request), answer);
  };
  addAll = async (requests: (Request | string)[]) => {
    for (const request of requests) {
      const answer = await fetch(request);
      if (!answer.ok) throw new TypeError(this.keyOf(request));
      await this.put(request, answer);
    }
  };
}

/** As much of `CacheStorage` as the worker uses; names in the order they came. */
class Caches {
  readonly all = new Map<string, OneCache>();
  open = async (name: string) => {
    const known = this.all.get(name) ?? new OneCache(this);
    this.all.set(name, known);
    return known;
  };
  keys = async () => [...this.all.keys()];
  delete = async (name: string) => this.all.delete(name);
  match = async (request: Request | string) => {
    for (const cache of this.all.values()) {
      const answer = await cache.match(request);
      if (answer) return answer;
    }
    return undefined;
  };
}

let store: Caches;
let caches: CacheStorage;
const server = vi.fn<(address: string) => Response>();

beforeEach(() => {
  store = new Caches();
  caches = store as unknown as CacheStorage;
  server.mockReset();
  server.mockImplementation((address) => new Response(`now: ${address}`));
  // Node's Request takes whole addresses only.
  vi.stubGlobal(
    'Request',
    class {
      readonly url: string;
      constructor(url: string) {
        this.url = new URL(url, HOME).href;
      }
    },
  );
  vi.stubGlobal('fetch', async (request: Request | string) =>
    server(typeof request === 'string' ? request : new URL(request.url).pathname),
  );
});

const asked = (path: string) => ({ url: HOME + path }) as Request;
const said = async (answer: Response | undefined) => answer?.text();

describe('what is answered by the worker', () => {
  test.each([
    ['GET', '/inbox', 'navigate', 'page'],
    ['GET', '/inbox/0198-aa?view=mine', 'navigate', 'page'],
    ['GET', '/assets/index-BKcDQ9x_.js', 'cors', 'file'],
    ['GET', '/api/v1/session', 'cors', null],
    ['GET', '/api/v1/contacts/1/export', 'navigate', null],
    ['GET', '/api', 'cors', null],
    ['GET', '/hooks/whatsapp/1', 'cors', null],
    ['GET', '/sw.js', 'same-origin', null],
    ['GET', '/assets/unhashed.js', 'cors', null],
    ['POST', '/inbox', 'navigate', null],
  ])('%s %s (%s): %s', (method, path, mode, kind) => {
    const request = { method, url: HOME + path, mode: mode as RequestMode };
    expect(kindOf(request, HOME)).toBe(kind);
  });

  test('nothing of another site', () => {
    const request = { method: 'GET', url: `${HOME}.evil/assets/a-12345678.js`, mode: 'cors' };
    expect(kindOf(request as Request, HOME)).toBeNull();
  });
});

test('a version is kept whole', async () => {
  await fill(caches, 'a', ['/assets/one-12345678.js']);
  expect([...(store.all.get('relais-shell-a')?.kept.keys() ?? [])]).toEqual([
    '/',
    '/assets/one-12345678.js',
  ]);
});

test('a version with a part missing is no version', async () => {
  server.mockImplementation((address) => new Response('', { status: address === '/' ? 200 : 404 }));
  await expect(fill(caches, 'a', ['/assets/gone-12345678.js'])).rejects.toThrow('gone');
});

test('the version before stays for its open pages, older ones go', async () => {
  for (const name of ['relais-shell-a', 'relais-shell-b', 'other', 'relais-shell-c'])
    await caches.open(name);
  await tidy(caches, 'c');
  expect(await caches.keys()).toEqual(['relais-shell-b', 'other', 'relais-shell-c']);
});

test('the page is the newest while the server is there', async () => {
  await fill(caches, 'a', []);
  server.mockImplementation(() => new Response('newer'));
  expect(await said(await page(caches, 'a', asked('/inbox')))).toBe('newer');
});

test.each([
  ['no network', () => Promise.reject(new TypeError('offline'))],
  ['a proxy alone', () => Promise.resolve(new Response('Bad gateway', { status: 502 }))],
])('%s: the page that was kept', async (_, answer) => {
  await fill(caches, 'a', []);
  vi.stubGlobal('fetch', answer);
  expect(await said(await page(caches, 'a', asked('/inbox')))).toBe('now: /');
});

test('a file of the version before is found after the server has forgotten it', async () => {
  await fill(caches, 'a', ['/assets/old-12345678.js']);
  await fill(caches, 'b', []);
  server.mockImplementation(() => new Response('', { status: 404 }));
  const answer = await file(caches, 'b', asked('/assets/old-12345678.js'));
  expect(await said(answer)).toBe('now: /assets/old-12345678.js');
});

test('a file that is missing is not kept', async () => {
  server.mockImplementation(() => new Response('', { status: 404 }));
  expect((await file(caches, 'a', asked('/assets/no-12345678.js'))).status).toBe(404);
  expect(await caches.match('/assets/no-12345678.js')).toBeUndefined();
});

test('a file is asked for once', async () => {
  await file(caches, 'a', asked('/assets/font-12345678.woff2'));
  await file(caches, 'a', asked('/assets/font-12345678.woff2'));
  expect(server).toHaveBeenCalledTimes(1);
});
