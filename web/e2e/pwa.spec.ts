// The app on a device: installable, there without a network, never with an answer of the server
// kept, and replaced by its next version. Which server it runs against: see server.ts.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { front, listen } from './front.ts';
import { accessible, arrive, visit } from './shop.ts';

const baseUrl = inject('url');

let browser: Browser;
let context: BrowserContext;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  ({ browser, context, page, seen } = await visit());
  await arrive(page);
  await page.goto(`${baseUrl}/inbox`);
});

afterAll(async () => {
  await leave(browser);
});

/** Every address that is kept, and in which cache. */
const kept = () =>
  page.evaluate(async () => {
    const all: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        all.push(`${name} ${new URL(request.url).pathname}`);
    }
    return all;
  });

test('the worker is active, and in charge of the very page that brought it', async () => {
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state), { timeout: 15_000 })
    .toBe('activated');
});

test('the browser finds nothing that would keep it from being installed', async () => {
  const devtools = await context.newCDPSession(page);
  const manifest = await devtools.send('Page.getAppManifest');
  expect(manifest.url).toBe(`${baseUrl}/app.webmanifest`);
  expect(manifest.errors).toEqual([]);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A window without a profile of its own installs nothing: that is not of our making.
  const ours = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
  expect(ours).toEqual([]);
});

test('the files of the app are kept, and no answer of the server', async () => {
  await page.goto(`${baseUrl}/settings`);
  await page.getByTestId('installing').waitFor();
  await accessible(page, 'settings: this device');
  await page.goto(`${baseUrl}/inbox`);
  await page.getByTestId('conversation').or(page.locator('.state')).first().waitFor();
  const paths = (await kept()).map((line) => line.split(' ')[1] ?? '');
  expect(paths.filter((path) => !/^\/$|^\/assets\//.test(path))).toEqual([]);
  expect(paths.filter((path) => /\/inbox-.*\.js$/.test(path)).length).toBeGreaterThan(0);
});

test('a wake-up becomes a notice, but for who looks at the app already', async () => {
  await context.grantPermissions(['notifications'], { origin: baseUrl });
  const devtools = await context.newCDPSession(page);
  const registered = new Promise<string>((found) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find((one) => one.scopeURL === `${baseUrl}/`);
      if (ours) found(ours.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  const registrationId = await registered;
  const wake = () =>
    devtools.send('ServiceWorker.deliverPushMessage', {
      origin: baseUrl,
      registrationId,
      data: '',
    });
  const notices = () =>
    page.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map((one) => one.body);
    });
  await page.bringToFront();
  await wake();
  await page.goto('about:blank');
  await wake();
  await wake();
  await page.goto(`${baseUrl}/inbox`);
  await expect.poll(notices).toEqual(['Un client attend une personne.']);
});

test('web push is off until an admin switches it on, then each device is asked', async () => {
  await page.goto(`${baseUrl}/settings`);
  const push = page.getByTestId('push');
  await push.getByText('Un administrateur peut le permettre dans Alertes.').waitFor();
  await page.goto(`${baseUrl}/settings?page=notifications`);
  await page.getByRole('button', { name: 'Mettre en service' }).click();
  await page.getByText('VAPID').waitFor();
  await accessible(page, 'settings: alerts');
  await page.goto(`${baseUrl}/settings?page=privacy`);
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Fabricants des navigateurs' })
    .getByText('actif', { exact: true })
    .waitFor();
  await page.goto(`${baseUrl}/settings`);
  await push.getByRole('button', { name: 'Prévenir sur cet appareil' }).click();
  // No vendor stands behind this browser: it says so, and nothing is kept.
  await push.getByRole('alert').waitFor();
  await accessible(page, 'settings: a device that cannot be woken');
});

test('a device is woken with a signature, and its maker is told nothing else', async () => {
  const vendor = await listen();
  const put = await page.evaluate(async (endpoint) => {
    const answer = await fetch('/api/v1/account/push', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ endpoint, is_on: true }),
    });
    return answer.status;
  }, `${vendor.url}/device/secret`);
  expect(put).toBe(204);
  const test = page.evaluate(async () => {
    const answer = await fetch('/api/v1/notifiers/push/test', { method: 'POST' });
    return (await answer.json()).said;
  });
  const heard = await vendor.heard;
  expect(await test).toBe('1 of 1 devices');
  expect(heard.url).toBe('/device/secret');
  expect(heard.headers.authorization).toMatch(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=[\w-]{87}$/);
  expect(heard.body).toBe('');
  vendor.end();
});

test('without a network the app is there and says what is missing', async () => {
  await context.setOffline(true);
  await page.goto(`${baseUrl}/inbox`);
  await page.getByRole('heading', { name: 'Le serveur ne répond pas' }).waitFor();
  await accessible(page, 'without a network');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Réessayer' }).click();
  await page.getByRole('heading', { name: 'Toutes' }).waitFor();
});

test('a new version takes over, and the open page says so', async () => {
  const proxy = await front(baseUrl);
  const other = await context.newPage();
  other.setDefaultTimeout(15_000);
  // Signed in already: a cookie knows no ports.
  await other.goto(`${proxy.url}/inbox`);
  const names = () => other.evaluate(() => caches.keys());
  await expect.poll(names, { timeout: 15_000 }).toHaveLength(1);
  await expect
    .poll(() => other.evaluate(() => navigator.serviceWorker.controller?.state))
    .toBe('activated');
  // The worker of this page was there before it: what follows is news.
  await other.reload();
  await other.getByRole('heading', { name: 'Toutes' }).waitFor();
  const [before = ''] = await names();
  proxy.bring((script) => script.replaceAll(before.replace('relais-shell-', ''), 'next'));
  await other.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update();
  });
  await other.getByText('Une nouvelle version est là.').waitFor();
  await accessible(other, 'a new version');
  expect(await names()).toEqual([before, 'relais-shell-next']);
  await other.getByRole('button', { name: 'Recharger' }).click();
  await other.getByText('Une nouvelle version est là.').waitFor({ state: 'detached' });
  await other.close();
  proxy.end();
});

test('nothing broke the policy, left the machine or failed in the console', () => {
  expect(seen.violations).toEqual([]);
  expect(seen.foreign.filter((url) => !url.startsWith('http://127.0.0.1:'))).toEqual([]);
  // The browser says so itself when it is cut off, or can be woken by nobody.
  expect(
    seen.errors.filter(
      (text) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|incognito mode/.test(text),
    ),
  ).toEqual([]);
});
