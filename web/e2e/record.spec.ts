// Somebody looks after the record: they see what happened, and words once they say why; what the
// agents say of hand-offs is counted for them too. Which server it runs against: see server.ts.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch, watch } from './browser.ts';
import { accessible, openShop, write } from './shop.ts';

const baseUrl = inject('url');
const customer = { phone: '+33639981701', name: 'Odile Marchand' };

let browser: Browser;
let page: Page;
let agent: Page;
let seen: Watch[];

beforeAll(async () => {
  const seat = await openShop();
  browser = seat.browser;
  agent = seat.page;
  await write(agent, customer, 'bonjour');
  await write(agent, customer, 'je veux un agent, ma lampe est cassée');
  await agent.goto(`${baseUrl}/inbox`);
  await agent.getByTestId('conversation').filter({ hasText: customer.name }).first().click();
  await agent.getByTestId('rate').getByRole('button', { name: /^2/ }).click();
  await agent.getByTestId('change-handoff_rated').waitFor();
  const path = await agent.evaluate(async () => {
    const answer = await fetch('/api/v1/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'denis@example.test', name: 'Denis Aubry', role: 'auditor' }),
    });
    return (await answer.json()).link.path as string;
  });
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    locale: 'fr-FR',
    reducedMotion: 'reduce',
  });
  seen = [seat.seen, await watch(context, baseUrl)];
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${baseUrl}${path}`);
  await page.getByLabel('Mot de passe').fill('tulipe wagon citron');
  await page.getByRole('button', { name: 'Choisir ce mot de passe' }).click();
  await page.waitForURL(/\/inbox/);
});

afterAll(async () => {
  // Nobody is left waiting for those who come after.
  await agent?.evaluate(async () => {
    const id = location.pathname.split('/').at(-1);
    await fetch(`/api/v1/conversations/${id}/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ do: 'resolve', reason: 'spam' }),
    });
  });
  await leave(browser);
});

const words = () => page.getByRole('log').getByText('ma lampe est cassée');

test('words are hidden, and the page says so', async () => {
  await page.getByTestId('conversation').filter({ hasText: customer.name }).first().click();
  await page.getByTestId('masked').waitFor();
  await page.getByRole('log').getByText('••').first().waitFor();
  expect(await words().count()).toBe(0);
  // What would be refused is not offered.
  for (const act of ['take', 'resolve']) expect(await page.getByTestId(act).count()).toBe(0);
  await accessible(page, 'a masked thread');
});

test('whoever says why reads them', async () => {
  await page.getByRole('button', { name: 'Lire avec un motif' }).click();
  const send = page.getByRole('button', { name: 'Afficher les mots' });
  await page.getByLabel('Motif').fill('demande');
  expect(await send.isDisabled()).toBe(true);
  await page.getByLabel('Motif').fill('demande d’accès 2027-14');
  await accessible(page, 'a reason for reading');
  await page.keyboard.press('Enter');
  await words().waitFor();
  await page.getByTestId('masked').waitFor({ state: 'detached' });
});

test('what was read does not stay in the browser', async () => {
  const cached = () => page.getByRole('log').count();
  await page.keyboard.press('Escape');
  await expect.poll(cached).toBe(0);
  // Without an answer of the server there is nothing to show.
  await page.route(/\/api\/v1\/conversations\/.+/, (route) => route.abort());
  await page.getByTestId('conversation').filter({ hasText: customer.name }).first().click();
  await page.getByText('Conversation non chargée', { exact: false }).first().waitFor();
  expect(await words().count()).toBe(0);
  await page.unroute(/\/api\/v1\/conversations\/.+/);
});

test('what agents say of hand-offs is counted by their reason', async () => {
  await page.goto(`${baseUrl}/reports`);
  const card = page.getByTestId('needed');
  await card.getByRole('heading', { name: 'Fallait-il une personne ?' }).waitFor();
  await card.getByRole('link', { name: 'Demande une personne' }).waitFor();
  await accessible(page, 'reports with rated hand-offs');
});

test('nothing broke the policy, left the machine or failed in the console', () => {
  for (const { violations, foreign, errors } of seen) {
    expect(violations).toEqual([]);
    expect(foreign).toEqual([]);
    // The one that was cut off above.
    expect(errors.filter((one) => !/ERR_FAILED/.test(one))).toEqual([]);
  }
});
