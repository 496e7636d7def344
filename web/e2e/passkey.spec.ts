// A passkey from its making to a sign-in without a password, with Chromium's own software device.
// Which server it runs against: see server.ts.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { accessible, arrive, owner, visit } from './shop.ts';

// Browsers give passkeys to names only.
const base = inject('url').replace('127.0.0.1', 'localhost');

let browser: Browser;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  ({ browser, page, seen } = await visit());
  await arrive(page);
});

afterAll(async () => {
  await leave(browser);
});

test('by a number there are none, and it says why', async () => {
  await page.goto(`${inject('url')}/settings?page=account`);
  await page.getByText('Les navigateurs donnent des clés d’accès à des noms').waitFor();
  expect(await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).count()).toBe(0);
});

test('one is made, and signs in without name, password and code', async () => {
  const device = await page.context().newCDPSession(page);
  await device.send('WebAuthn.enable');
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${base}/sign-in`);
  await page.getByLabel('E-mail').fill(owner.login);
  await page.getByLabel('Mot de passe').fill(owner.password);
  await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
  await page.waitForURL(/\/inbox/);
  await page.goto(`${base}/settings?page=account`);
  await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).press('Enter');
  await page.getByLabel('Nom', { exact: true }).fill('Mon téléphone');
  await page.getByRole('dialog').getByLabel('Mot de passe actuel').fill(owner.password);
  await accessible(page, 'add a passkey');
  await page.getByRole('dialog').getByRole('button', { name: 'Continuer' }).click();
  await page.getByTestId('passkey').getByText('Mon téléphone').waitFor();

  await page.context().clearCookies();
  await page.goto(`${base}/sign-in`);
  await page.getByRole('button', { name: 'Se connecter avec une clé d’accès' }).waitFor();
  await accessible(page, 'sign-in with passkeys');
  await page.getByRole('button', { name: 'Se connecter avec une clé d’accès' }).press('Enter');
  await page.waitForURL(/\/inbox/);

  await page.goto(`${base}/settings?page=account`);
  await page.getByRole('button', { name: /Mon téléphone/ }).click();
  await page.getByRole('dialog').getByLabel('Mot de passe actuel').fill(owner.password);
  await accessible(page, 'remove a passkey');
  await page.getByRole('dialog').getByRole('button', { name: 'Retirer', exact: true }).click();
  await page.getByTestId('passkey').waitFor({ state: 'detached' });
  await page.context().clearCookies();
  await page.goto(`${base}/sign-in`);
  await page.getByRole('button', { name: 'Se connecter avec une clé d’accès' }).click();
  await page.getByText('Cette clé n’ouvre pas cette instance.').waitFor();
});

test('nothing broke the policy, left the machine or failed in the console', () => {
  expect(seen.violations).toEqual([]);
  // The same machine by its name.
  expect(seen.foreign.filter((url) => !url.startsWith(base))).toEqual([]);
  expect(seen.errors).toEqual([]);
});
