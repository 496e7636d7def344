// What the stories and the pictures share: the desk they are told at, the owner, an open shop, a
// customer who writes.
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { launch, watch } from './browser.ts';

export const owner = {
  name: 'Camille Roy',
  login: 'camille@example.test',
  password: 'une phrase assez longue',
};

/** Every page of the settings. */
export const SETTINGS = [
  'account',
  'company',
  'people',
  'signin',
  'teams',
  'hours',
  'channels',
  'texts',
  'macros',
  'notifications',
  'developers',
  'privacy',
  'audit',
];

/** A desk in France. */
function desk(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: 1366, height: 768 },
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
  });
}

/** Somebody sits down at such a desk; what their page asks for and says is watched. */
export async function visit(url = inject('url')) {
  const browser = await launch();
  const context = await desk(browser);
  const seen = await watch(context, url);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return { browser, context, page, seen };
}

/** The owner claims the instance and is signed in. */
export async function claim(page: Page, claimUrl = inject('claimUrl')) {
  await page.goto(claimUrl);
  await page.getByLabel('Votre nom').fill(owner.name);
  await page.getByLabel('E-mail').fill(owner.login);
  await page.getByLabel('Mot de passe').fill(owner.password);
  await page.getByRole('button', { name: 'Créer le compte' }).click();
  await page.getByRole('heading', { name: 'Bonjour Camille.' }).waitFor();
}

/** The owner is signed in, whoever ran before. */
export async function arrive(page: Page, url = inject('url')) {
  await page.goto(`${url}/sign-in`);
  const isNew = await page
    .getByRole('heading', { name: 'Cette instance attend son propriétaire' })
    .or(page.getByLabel('E-mail'))
    .first()
    .evaluate((element) => element.tagName !== 'INPUT');
  if (isNew) return claim(page);
  await page.getByLabel('E-mail').fill(owner.login);
  await page.getByLabel('Mot de passe').fill(owner.password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.waitForURL(/\/inbox/);
}

/** Ten seconds to take things back: axe looks at the page meanwhile, on any machine. */
export function slowUndo(page: Page) {
  return page.evaluate(() => localStorage.setItem('relais.undo', '10'));
}

/** Whenever this runs, the shop is open. */
export function openAlways(page: Page) {
  return page.evaluate(async () => {
    const { files } = await (await fetch('/api/v1/workspace')).json();
    const days = files.hours.match(/weekly:\n((?: {4}\w+:\n(?: {4}- .*\n)+)+)/)?.[1] ?? '';
    const always = ['mon', 'tues', 'wednes', 'thurs', 'fri', 'satur', 'sun']
      .map((day) => `    ${day}day:\n    - 00:00-24:00\n`)
      .join('');
    const hours = files.hours.replace(days, always);
    const answer = await fetch('/api/v1/workspace', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ files: { ...files, hours }, comment: 'open always' }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  });
}

export interface Customer {
  phone: string;
  name: string;
}

/** A customer writes; done when something came back, or it lies before the person who holds them. */
export async function write(page: Page, { phone, name }: Customer, text: string) {
  await page.evaluate(
    async ([from, who, words]) => {
      const address = `/api/v1/simulator/messages?contact=${encodeURIComponent(from ?? '')}`;
      const count = async () => (await (await fetch(address)).json()).items.length;
      const isHeld = async () => {
        const { items } = await (await fetch('/api/v1/conversations?q=is:human')).json();
        return items.some((one: { contact: { name: string } }) => one.contact.name === who);
      };
      const before = await count();
      await fetch('/api/v1/simulator/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ from, name: who, type: 'text', text: words }),
      });
      const until = Date.now() + 8_000;
      for (let now = before; now < before + 2 && Date.now() < until; now = await count()) {
        if (now > before && (await isHeld())) break;
        await new Promise((next) => setTimeout(next, 100));
      }
    },
    [phone, name, text],
  );
}

/** A desk with the owner signed in and the shop open; these customers wait for a person. */
export async function openShop(waiting: readonly Customer[] = []) {
  const seat = await visit();
  await arrive(seat.page);
  await openAlways(seat.page);
  for (const one of waiting) {
    await write(seat.page, one, 'bonjour');
    await write(seat.page, one, 'je veux parler à un agent');
  }
  return seat;
}

/** No serious or critical finding on the page as it stands. */
export async function accessible(page: Page, name: string) {
  // Once for each page that is loaded, and in the page itself: it has no frames.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    const found = await run(document, { resultTypes: ['violations'], preload: false });
    return found.violations
      .filter((one) => one.impact === 'serious' || one.impact === 'critical')
      .map((one) => `${one.id} ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  });
  expect(violations.map((one) => `${name}: ${one}`)).toEqual([]);
}
