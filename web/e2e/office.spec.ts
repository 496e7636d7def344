// What an office sets up and looks after: who is in a team, days off by their names, the person
// behind a conversation, refusals one can read. Which server it runs against: see server.ts.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { accessible, openShop } from './shop.ts';

const base = inject('url');
const DELPHINE = { phone: '+33639982701', name: 'Delphine Aubry' };

let browser: Browser;
let context: BrowserContext;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  ({ browser, context, page, seen } = await openShop([DELPHINE]));
});

afterAll(async () => {
  await leave(browser);
});

test('a team names its members and how they are; one of nobody says that customers wait', async () => {
  await page.goto(`${base}/settings?page=people`);
  await page.getByTestId('person').filter({ hasText: 'Camille Roy' }).getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: 'Camille Roy' });
  const teams = dialog.getByRole('group', { name: 'Équipes' }).getByRole('checkbox');
  await teams.first().check();
  await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()),
    dialog.getByRole('button', { name: 'Enregistrer' }).click(),
  ]);
  await page.goto(`${base}/settings?page=teams`);
  const team = page.getByTestId('team').first();
  const member = team.getByTestId('members').getByRole('listitem').filter({ hasText: 'Camille' });
  await member.getByText(/Disponible|Absente?|Hors ligne|Occupé/).waitFor();
  await accessible(page, 'teams');
  await page.getByRole('button', { name: 'Ajouter une équipe' }).click();
  const fresh = page.getByTestId('team').last().getByTestId('members');
  await fresh.getByText('Personne encore : ce qui arrive ici attend.').waitFor();
  await accessible(page, 'team of nobody');
  expect(await fresh.getByRole('link').getAttribute('href')).toContain('page=people');
  // The link to a person opens them, by keyboard as well.
  await member.getByRole('link').press('Enter');
  await dialog.waitFor();
});

test('a day that hangs on Easter has its name', async () => {
  await page.goto(`${base}/settings?page=hours`);
  await page.getByText('Jours fériés').first().waitFor();
  const days = await page.locator('.setchips li').allInnerTexts();
  expect(days.length).toBeGreaterThan(0);
  expect(days.filter((day) => /[+−]\d/.test(day))).toEqual([]);
});

test('what cannot be saved says which field, and why, in French', async () => {
  const said = await page.evaluate(async () => {
    const settings = await (await fetch('/api/v1/settings')).json();
    const answer = await fetch('/api/v1/settings', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        version: settings.version,
        teams: settings.teams.map((one: object) => ({ ...one, name: '' })),
      }),
    });
    return (await answer.json()).errors[0];
  });
  expect(said).toMatchObject({ pointer: '/teams/0/name', code: 'missing' });
  await page.goto(`${base}/settings?page=developers`);
  await page.getByRole('button', { name: 'Nouveau webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Nom').fill('crm');
  await dialog.getByLabel('Adresse').fill('ftp://crm.example');
  await dialog.getByRole('button', { name: 'Créer le webhook' }).click();
  await dialog.getByText('Adresse : n’est pas une adresse comme').waitFor();
});

test('the page of a person leads back to the conversation in its list', async () => {
  await page.goto(`${base}/inbox?q=delphine`);
  await page.getByTestId('conversation').filter({ hasText: DELPHINE.name }).first().click();
  await page.getByRole('heading', { name: DELPHINE.name, level: 2 }).waitFor();
  const there = page.url();
  for (const way of ['click', 'key'] as const) {
    await page.getByRole('link', { name: DELPHINE.name }).click();
    const back = page.getByRole('link', { name: 'Revenir à la conversation' });
    await back.waitFor();
    await accessible(page, 'contact');
    if (way === 'click') await back.click();
    else await page.keyboard.press('Escape');
    await page.waitForURL(there);
  }
  const id = await page.evaluate(async () => {
    const list = await (await fetch('/api/v1/conversations?q=delphine')).json();
    return list.items[0].contact.id;
  });
  await page.goto(`${base}/contacts/${id}`);
  await page.getByRole('heading', { name: DELPHINE.name }).waitFor();
  // A dialog takes Escape first; what is not put right says why.
  await page.getByTestId('rectify').click();
  await page.getByTestId('phone-stays').getByText('il ne se corrige pas ici').waitFor();
  await accessible(page, 'rectify');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(page.url()).toContain(id);
  await page.getByRole('link', { name: 'Revenir aux conversations' }).click();
  await page.waitForURL(/\/inbox$/);
  await page.goto(`${base}/contacts/01890000-0000-7000-8000-00000000abcd`);
  await page.getByText('Cette personne n’existe pas').waitFor();
  await page.getByRole('link', { name: 'Revenir aux conversations' }).waitFor();
});

test('a late row with labels still says in a word why it came', async () => {
  await page.route('**/api/v1/conversations?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    for (const line of body.items) {
      const late = new Date(Date.now() - 205 * 60_000).toISOString();
      Object.assign(line, { reply_due_at: late, reason: 'keyword', tags: ['fidèle', 'retour'] });
    }
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(`${base}/inbox`);
  const line = page.getByTestId('conversation').filter({ hasText: DELPHINE.name }).first();
  await line.locator('.sla.late').waitFor();
  const why = line.getByText('une personne');
  const [shown, needed] = await why.evaluate((one) => [one.clientWidth, one.scrollWidth]);
  expect(shown).toBe(needed);
  // Read out all the same.
  await line.getByText('Étiquettes : fidèle, retour').waitFor({ state: 'attached' });
  await page.unroute('**/api/v1/conversations?*');
});

test('where there is only a finger, no key is offered', async () => {
  const shown = async (one: Page) => {
    await one.goto(`${base}/inbox`);
    await one.getByTestId('conversation').first().click();
    await one.getByTestId('take').waitFor();
    const keys = one.locator('kbd:visible');
    return keys.count();
  };
  expect(await shown(page)).toBeGreaterThan(0);
  const phone = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    locale: 'fr-FR',
    storageState: await context.storageState(),
  });
  expect(await shown(await phone.newPage())).toBe(0);
  await phone.close();
});

test('nothing broke the policy and nothing was asked elsewhere', () => {
  expect(seen.foreign).toEqual([]);
  expect(seen.violations).toEqual([]);
  expect(seen.errors).toEqual([]);
});
