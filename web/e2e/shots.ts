// Pictures for the documents, of a running server with a small, lively inbox. Which server: see
// server.ts.   OUT=folder npm run shots
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, inject, test } from 'vitest';
import { leave } from './browser.ts';
import { claim, openAlways, visit, write } from './shop.ts';
import { TALKS } from './talks.ts';

const base = inject('url');
const out = process.env.OUT ?? join(import.meta.dirname, '..', '..', 'docs', 'img');

const DESK = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let page: Page;

beforeAll(async () => {
  mkdirSync(out, { recursive: true });
  ({ browser, page } = await visit());
  await claim(page);
  await openAlways(page);
  for (const talk of TALKS) {
    for (const text of talk.says) await write(page, talk, text);
  }
});

afterAll(async () => {
  await leave(browser);
});

async function open(name: string) {
  await page.getByTestId('conversation').filter({ hasText: name }).first().click();
  await page.getByRole('heading', { name, level: 2 }).waitFor();
}

/** The page at rest: fonts there, nothing moving, no toast over it. */
async function shot(name: string) {
  await page.evaluate(() => document.fonts.ready);
  await page.locator('.tst').waitFor({ state: 'detached' });
  await page.screenshot({ path: join(out, `${name}.png`) });
}

test('the inbox, by day and by night', async () => {
  await page.goto(`${base}/inbox`);
  await open('Sandrine Petit');
  await page.getByTestId('take').click();
  await page.getByTestId('composer-text').fill('Bonjour Sandrine, je regarde tout de suite.');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('message-agent').waitFor();
  await page.keyboard.press('Control+/');
  await page.getByTestId('composer-text').fill('Deux captures de 219 €, la seconde est à annuler.');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('note').waitFor();
  await page.keyboard.press('Control+/');
  await shot('inbox');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot('inbox-dark');
  await page.emulateMedia({ colorScheme: 'light' });
});

test('the inbox in Arabic, from right to left', async () => {
  const speak = async (language: string) => {
    await page.evaluate((code) => localStorage.setItem('relais.language', code), language);
    await page.reload();
  };
  const address = page.url();
  await speak('ar');
  await open('أمينة الزروالي');
  await shot('inbox-arabic');
  await page.setViewportSize(PHONE);
  await shot('inbox-arabic-phone');
  await page.setViewportSize(DESK);
  await speak('fr');
  await page.goto(address);
  await page.getByTestId('composer-text').waitFor();
});

test('why it was handed over', async () => {
  await page.getByTestId('change-escalated').getByTestId('why').click();
  await page.getByText('Pourquoi ce relais').waitFor();
  await shot('why');
  await page.keyboard.press('Escape');
});

test('the way a conversation took through the flow', async () => {
  await page.goto(`${base}/flow`);
  await page.getByTestId('follow').filter({ hasText: 'Claire Dubois' }).click();
  await page.getByTestId('step-walked').first().waitFor();
  await shot('flow');
});

/** Taken, closed and rated, so that there is something to count. */
async function settle(name: string, rating: string) {
  const talk = TALKS.find((one) => one.name === name);
  if (!talk) throw new Error(name);
  await page.evaluate(async (who) => {
    const list = await (await fetch('/api/v1/conversations?status=queued,human')).json();
    const line = list.items.find((one: { contact: { name: string } }) => one.contact.name === who);
    for (const act of ['take', 'resolve']) {
      await fetch(`/api/v1/conversations/${line.id}/actions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ do: act }),
      });
    }
  }, name);
  await write(page, talk, rating);
}

test('figures, hand-off rules, knowledge', async () => {
  await settle('Rohan Mehta', '4');
  await settle('Beatriz Carvalho', '5');
  await settle('Claire Dubois', '3');
  for (const [name, mark] of [
    ['reports', 'Que devient une conversation ?'],
    ['triggers', '41 mots en 6 langues'],
    ['knowledge?article=FAQ-05', 'Réponse envoyée au client'],
  ] as const) {
    await page.goto(`${base}/${name}`);
    await page.getByText(mark).first().waitFor();
    if (name === 'triggers') {
      await page
        .getByTestId('lab')
        .fill('J’ai été débitée deux fois, c’est inadmissible. Pas d’agent, juste mon argent.');
      await page.getByTestId('lab-result').waitFor();
    }
    await shot(name.split('?')[0] ?? name);
  }
});

test('a phone, and the agent beside it', async () => {
  await page.goto(`${base}/simulator`);
  for (const text of ['bonjour', '3']) {
    await page.getByTestId('phone-text').fill(text);
    await page.getByTestId('phone-text').press('Enter');
    await page
      .getByTestId('phone-outbound')
      .nth(text === '3' ? 1 : 0)
      .waitFor();
  }
  await page.getByTestId('take').waitFor();
  await page.locator('.hint.s2').waitFor();
  await shot('simulator');
});

test('the inbox in a pocket', async () => {
  await page.setViewportSize(PHONE);
  await page.goto(`${base}/inbox`);
  await page.getByTestId('conversation').first().waitFor();
  await shot('phone-list');
  await open('Sandrine Petit');
  await shot('phone-thread');
});
