// What a data officer and whoever pays look at: how long things are kept, a person as an archive,
// templates, costs. Which server it runs against: see server.ts.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { accessible, openShop, write } from './shop.ts';

const base = inject('url');
const HELENE = { phone: '+33639980155', name: 'Hélène Marchand' };

let browser: Browser;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  ({ browser, page, seen } = await openShop());
  await write(page, HELENE, 'bonjour');
});

afterAll(async () => {
  await leave(browser);
});

test('a rule is chosen with the keyboard, says what would go, and is kept', async () => {
  await page.goto(`${base}/settings?page=privacy`);
  const row = page.getByTestId('keep-messages');
  const days = row.getByRole('combobox');
  await days.focus();
  await days.selectOption('30');
  await row.getByText('Rien n’est encore aussi ancien.').waitFor();
  await accessible(page, 'retention');
  await page.getByRole('button', { name: 'Enregistrer' }).press('Enter');
  await page.getByRole('button', { name: 'Enregistrer' }).waitFor({ state: 'detached' });
  await page.reload();
  await days.waitFor();
  expect(await days.inputValue()).toBe('30');
  await days.selectOption('');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByRole('button', { name: 'Enregistrer' }).waitFor({ state: 'detached' });
});

test('everything of a person is one archive', async () => {
  const contact = await page.evaluate(async () => {
    const list = await (await fetch('/api/v1/conversations?limit=50')).json();
    return list.items.find((line: { contact: { name: string } }) =>
      line.contact.name.startsWith('Hélène'),
    )?.contact.id;
  });
  await page.goto(`${base}/contacts/${contact}`);
  const link = page.getByRole('link', { name: 'Exporter avec les fichiers (zip)' });
  await link.waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(file.suggestedFilename()).toBe(`contact-${contact}.zip`);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
  expect(bytes.includes('contact.html') && bytes.includes('contact.json')).toBe(true);
});

test('without a number there are no templates at a provider, and nothing costs', async () => {
  await page.goto(`${base}/settings?page=texts`);
  await page.getByText('Connectez un numéro').waitFor();
  await accessible(page, 'templates');
  await page.goto(`${base}/reports`);
  await page.getByText('Rien n’est encore annoncé').waitFor();
  await page.getByRole('button', { name: 'Saisir des tarifs' }).click();
  await page.getByLabel('Utilitaire').fill('0,025');
  await accessible(page, 'rates');
  await page.getByRole('dialog').getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const costs = await page.evaluate(async () => (await fetch('/api/v1/figures/costs')).json());
  expect(costs.rates).toEqual({ currency: 'EUR', micros: { utility: 25_000 } });
});

test('nothing broke the policy and nothing was asked elsewhere', () => {
  expect(seen.foreign).toEqual([]);
  expect(seen.violations).toEqual([]);
  expect(seen.errors).toEqual([]);
});
