// Every page as it stands, for looking at: two sizes, day and night, French and English.
//   OUT=folder npm run review
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, inject, test } from 'vitest';
import { leave } from './browser.ts';
import { claim, openAlways, SETTINGS, visit, write } from './shop.ts';
import { TALKS } from './talks.ts';

const base = inject('url');
const out = process.env.OUT ?? join(tmpdir(), 'relais-review');
const SIZES = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };

let browser: Browser;
let context: BrowserContext;
let page: Page;

/** One picture for each size and light; the page is the same one, and keeps its state. */
async function looks(name: string, sizes: (keyof typeof SIZES)[] = ['desk', 'phone']) {
  await page.evaluate(() => document.fonts.ready);
  await page.locator('.tst').waitFor({ state: 'detached' });
  await page.locator('.bars').first().waitFor({ state: 'detached' });
  for (const size of sizes) {
    await page.setViewportSize(SIZES[size]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      await page.screenshot({ path: join(out, `${name}.${size}.${colorScheme}.png`) });
    }
  }
  await page.setViewportSize(SIZES.desk);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function speak(language: string) {
  await page.evaluate((code) => localStorage.setItem('relais.language', code), language);
  await page.reload();
}

async function open(name: string) {
  await page.getByTestId('conversation').filter({ hasText: name }).first().click();
  await page.getByRole('heading', { name, level: 2 }).waitFor();
}

beforeAll(async () => {
  mkdirSync(out, { recursive: true });
  ({ browser, context, page } = await visit());
});

afterAll(async () => {
  await leave(browser);
});

test('before anybody owns it', async () => {
  await page.goto(`${base}/waiting`);
  await page.locator('h1').waitFor();
  await looks('00-waiting');
  await page.goto(inject('claimUrl'));
  await page.getByLabel('Votre nom').waitFor();
  await looks('01-claim');
});

test('the owner, and customers', async () => {
  await claim(page);
  await looks('02-welcome');
  await openAlways(page);
  for (const talk of TALKS) {
    for (const text of talk.says) await write(page, talk, text);
  }
});

test.each(['fr', 'en'])('every page in %s', async (language) => {
  await page.goto(`${base}/inbox`);
  await speak(language);
  const named = (name: string) => `${name}.${language}`;
  await page.getByTestId('conversation').first().waitFor();
  await looks(named('10-inbox'));
  await open('Paul Garnier');
  await looks(named('11-queued'));
  await open('Maud Vasseur');
  await looks(named('12-bot'));
  await open('Sandrine Petit');
  const take = page.getByTestId('take');
  if (await take.isVisible()) {
    await take.click();
    await page.getByTestId('composer-text').fill('Bonjour Sandrine, je regarde tout de suite.');
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('message-agent').waitFor();
    await page.keyboard.press('Control+/');
    await page
      .getByTestId('composer-text')
      .fill('Deux captures de 219 €, la seconde est à annuler.');
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('note').waitFor();
    await page.keyboard.press('Control+/');
  }
  await looks(named('13-thread'));
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await looks(named('14-palette'));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('h2').first().click();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await looks(named('15-keys'));
  await page.keyboard.press('Escape');
  for (const [address, mark] of [
    ['simulator', 'phone-text'],
    ['flow', 'follow'],
    ['triggers', 'lab'],
    ['knowledge', ''],
    ['knowledge?article=FAQ-05', ''],
    ['knowledge?view=quality', 'quality'],
    ['reports', ''],
    ['live', ''],
    ['operations', ''],
    ['nowhere', ''],
  ] as const) {
    await page.goto(`${base}/${address}`);
    await page.locator('h1').first().waitFor();
    if (mark) await page.getByTestId(mark).first().waitFor();
    await looks(named(`20-${address.replace(/\W/g, '-')}`));
  }
  for (const one of SETTINGS) {
    await page.goto(`${base}/settings?page=${one}`);
    await page.locator('.setmain h2').first().waitFor();
    await looks(named(`30-${one}`));
  }
  await page.goto(`${base}/inbox`);
  const id = await page.evaluate(async () => {
    const list = await (await fetch('/api/v1/conversations?status=human')).json();
    return list.items[0].contact.id;
  });
  await page.goto(`${base}/contacts/${id}`);
  await page.locator('h1').first().waitFor();
  await looks(named('40-contact'));
});

test('signed out', async () => {
  await context.clearCookies();
  await page.goto(`${base}/sign-in`);
  await page.locator('h1').waitFor();
  await looks('50-sign-in');
  await page.goto(`${base}/join#nothing`);
  await page.locator('h1').waitFor();
  await looks('51-join');
});
