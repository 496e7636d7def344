// An agent's Monday (J2) without a mouse: from the queue to a closed conversation, with axe on each
// step and the keys counted. Which server it runs against: see server.ts.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { accessible as findings, openShop, slowUndo, write } from './shop.ts';

const baseUrl = inject('url');
const customer = { phone: '+33639981301', name: 'Sandrine Petit' };

let browser: Browser;
let page: Page;
let seen: Watch;
let keys = 0;

beforeAll(async () => {
  ({ browser, page, seen } = await openShop());
  await says('bonjour');
  await says('je veux parler à un agent');
});

afterAll(async () => {
  await leave(browser);
});

const says = (text: string) => write(page, customer, text);
const accessible = (name: string) => findings(page, name);

async function press(...all: string[]) {
  for (const key of all) {
    await page.keyboard.press(key);
    keys += 1;
  }
}

/** Words typed do not count as keys: a practised hand writes them anyway. */
const type = (text: string) => page.keyboard.type(text);

const composer = () => page.getByTestId('composer-text');
const closed = () => page.getByRole('dialog').waitFor({ state: 'hidden' });

test('the next in the queue is opened and taken: four keys', async () => {
  await page.goto(`${baseUrl}/inbox`);
  await page.getByTestId('conversation').first().waitFor();
  keys = 0;
  await press('g', 'u');
  await page.getByTestId('conversation').filter({ hasText: customer.name }).waitFor();
  await press('j');
  await page.getByRole('heading', { name: customer.name, level: 2 }).waitFor();
  await press('t');
  await composer().waitFor();
  await accessible('taken');
  expect(keys).toBe(4);
});

test('the card says what was told and how it felt; a digit rates the hand-off', async () => {
  await says('c’est pour la commande ML-2041, 219 € débités le 21 novembre');
  const card = page.getByTestId('handoff');
  await card.getByTestId('said').filter({ hasText: 'montant, date' }).waitFor();
  await card.getByTestId('mood').filter({ hasText: 'calme' }).waitFor();
  await page.getByRole('heading', { name: customer.name, level: 2 }).click();
  await press('2');
  await page
    .getByTestId('change-handoff_rated')
    .filter({ hasText: 'Relais noté 2 sur 5' })
    .waitFor();
  await card.getByRole('button', { name: '2', pressed: true }).waitFor();
  await card.getByRole('button', { name: '5, l’assistant aurait suffi' }).click();
  await card.getByRole('button', { name: /^5/, pressed: true }).waitFor();
  await accessible('hand-off card');
});

test('a reply can be taken back with one key, and leaves by itself', async () => {
  await slowUndo(page);
  await composer().focus();
  await type('Bonjour Sandrine, je regarde.');
  await press('Control+Enter');
  await page.getByTestId('undo').waitFor();
  await accessible('undo');
  await press('Control+z');
  await page.getByText('Réponse reprise, rien n’est parti.').waitFor();
  await expect.poll(() => composer().inputValue()).toBe('Bonjour Sandrine, je regarde.');
  expect(await page.getByTestId('message-agent').count()).toBe(0);
  await press('Control+Enter');
  await page.getByTestId('message-agent').filter({ hasText: 'je regarde' }).waitFor();
});

test('a draft is on the server within a second', async () => {
  await composer().focus();
  await type('à finir plus tard');
  await expect
    .poll(
      () =>
        page.evaluate(async () => (await (await fetch('/api/v1/drafts')).json()).items[0]?.text),
      { timeout: 3_000 },
    )
    .toBe('à finir plus tard');
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await composer().waitFor();
  await expect.poll(() => composer().inputValue()).toBe('à finir plus tard');
  await composer().fill('');
  await press('Escape');
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const pdf = { mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 x') };
const row = (name: string) => page.getByTestId('attachment').filter({ hasText: name });

test('files are checked first, and one is sent with its words', async () => {
  const html = { name: 'x.html', mimeType: 'text/html', buffer: Buffer.from('<p>') };
  await page.getByTestId('attach').setInputFiles([html, { name: 'facture.pdf', ...pdf }]);
  await row('x.html').filter({ hasText: 'JPEG, PNG, PDF' }).waitFor();
  await page.locator('[data-testid=attachment][data-state=kept]').waitFor();
  await accessible('attachment');
  await row('x.html').getByRole('button').click();
  await row('x.html').waitFor({ state: 'detached' });
  await composer().focus();
  await type('Votre facture.');
  await press('Control+Enter');
  const sent = page.getByTestId('message-agent').filter({ hasText: 'Votre facture.' });
  await sent.getByRole('link', { name: /facture\.pdf/ }).waitFor();
});

test('several files follow their words, in the order in which they came', async () => {
  const picked = [
    { name: 'recto.png', mimeType: 'image/png', buffer: png },
    { name: 'bon.pdf', ...pdf },
  ];
  const agents = page.getByTestId('message-agent');
  const before = await agents.count();
  await page.getByTestId('attach').setInputFiles(picked);
  await expect.poll(() => page.getByTestId('attachment').count()).toBe(2);
  // Dropped beside those that were picked, anywhere on the conversation; elsewhere it does nothing.
  const drag = (onto: Locator, kind: 'dragover' | 'drop') =>
    onto.evaluate((element, type) => {
      const data = new DataTransfer();
      data.items.add(new File(['%PDF-1.7 y'], 'plan.pdf', { type: 'application/pdf' }));
      const all = { bubbles: true, cancelable: true, dataTransfer: data };
      const event = new DragEvent(type, all);
      element.dispatchEvent(event);
      return event.defaultPrevented;
    }, kind);
  const header = page.getByRole('heading', { name: customer.name, level: 2 });
  const hint = page.getByText('n’importe où sur la conversation');
  const list = page.locator('[type=search]').first();
  expect(await drag(list, 'drop')).toBe(true);
  await drag(header, 'dragover');
  await hint.waitFor();
  await drag(list, 'dragover');
  await hint.waitFor({ state: 'detached' });
  await drag(header, 'drop');
  const kept = page.locator('[data-testid=attachment][data-state=kept]');
  await expect.poll(() => kept.count()).toBe(3);
  await composer().focus();
  await type('Voici tout.');
  await press('Control+Enter');
  await expect.poll(() => agents.count()).toBe(before + 4);
  expect(await agents.nth(before).textContent()).toContain('Voici tout.');
  await agents
    .nth(before + 1)
    .getByRole('button', { name: /recto\.png/ })
    .waitFor();
  await agents
    .nth(before + 2)
    .getByRole('link', { name: /bon\.pdf/ })
    .waitFor();
  await agents
    .nth(before + 3)
    .getByRole('link', { name: /plan\.pdf/ })
    .waitFor();
  expect(await page.getByTestId('attachment').count()).toBe(0);
});

test('a note calls a colleague by two letters', async () => {
  await press('Escape', 'n');
  await composer().focus();
  await type('@na');
  await page.getByRole('option', { name: /Nadia/ }).waitFor();
  await accessible('mention');
  await press('Tab');
  await type('tu connais ce cas ?');
  await page.getByTestId('send').hover();
  await accessible('a note, its button pointed at');
  await press('Control+Enter');
  await page.getByTestId('note').filter({ hasText: '@nadia' }).waitFor();
  await press('Escape', 'r');
  await page.locator('[data-testid=composer-text]:focus').waitFor();
  await press('Escape');
  await page.locator('[data-testid=composer-text]:not(:focus)').waitFor();
});

test('urgency, tags and a snooze are a key and a digit', async () => {
  await press('p');
  await page.getByTestId('choices').waitFor();
  await accessible('priority');
  await press('Digit3');
  await page.getByTestId('change-prioritised').waitFor();
  await closed();
  // Whoever knows the keys waits for nothing.
  await press('l');
  await type('colis');
  await press('Enter');
  await page.getByTestId('change-tagged').waitFor();
  await accessible('tags');
  await press('Escape');
  await closed();
  await press('z');
  await page.getByTestId('choices').waitFor();
  await accessible('snooze');
  await press('Digit1');
  await page.getByTestId('change-snoozed').waitFor();
  await closed();
  await press('g', 'z');
  await page.getByTestId('conversation').filter({ hasText: customer.name }).waitFor();
  await accessible('snoozed view');
  await says('Alors ?');
  await page
    .getByTestId('conversation')
    .filter({ hasText: customer.name })
    .waitFor({ state: 'detached' });
});

test('closing with its reason is two keys, and can be taken back', async () => {
  await press('g', 'm');
  await page.getByTestId('conversation').filter({ hasText: customer.name }).waitFor();
  await press('j');
  await page.getByRole('heading', { name: customer.name, level: 2 }).waitFor();
  await composer().waitFor();
  await press('e');
  await page.getByTestId('choices').waitFor();
  // Nobody has answered what came last.
  await page.getByTestId('losses').filter({ hasText: 'Alors ?' }).waitFor();
  await accessible('closing');
  await press('Digit1');
  await page.getByTestId('ending').waitFor();
  await closed();
  await accessible('ending');
  // Whom it is about is read whole.
  const [shown, whole] = await page
    .getByTestId('ending')
    .locator('.cut')
    .evaluate((name) => [name.clientWidth, name.scrollWidth]);
  expect(shown).toBe(whole);
  await page.getByTestId('keep-open').click();
  await page.getByTestId('ending').waitFor({ state: 'detached' });
  await page.getByTestId('resolve').waitFor();
  expect(await page.getByTestId('change-resolved').count()).toBe(0);
  await page.evaluate(() => localStorage.setItem('relais.undo', '0'));
  keys = 0;
  await press('e');
  await page.getByTestId('choices').waitFor();
  await press('Digit1');
  await page.getByTestId('change-resolved').filter({ hasText: 'Résolue' }).waitFor();
  expect(keys).toBe(2);
});

test('the filter grammar finds it again, and a key can be moved', async () => {
  await page.goto(`${baseUrl}/inbox`);
  await page.locator('.state').first().waitFor();
  await press('/');
  await page.locator('[type=search]:focus').waitFor();
  await type('tag:colis is:resolved');
  await page.getByTestId('conversation').filter({ hasText: customer.name }).waitFor();
  await press('Escape', 'Escape');
  await press('?');
  await page
    .getByRole('button', { name: /Changer la touche : Prendre/ })
    .first()
    .waitFor();
  await accessible('keys');
  await press('Escape');
  await closed();
});

test('a person is read, exported and erased with a certificate', async () => {
  await page.goto(`${baseUrl}/inbox?q=tag%3Acolis`);
  await page.getByTestId('conversation').first().click();
  await page.getByRole('link', { name: customer.name }).click();
  await page.waitForURL(/\/contacts\//);
  await accessible('contact');
  await page.getByTestId('erase').click();
  await page.getByTestId('confirm-word').fill('EFFACER');
  await accessible('erase');
  await page.getByTestId('confirm').click();
  await page.getByTestId('certificate').waitFor();
  await accessible('certificate');
});

test('the wallboard stops the assistant, and operations say that all is well', async () => {
  await page.goto(`${baseUrl}/live`);
  await page.getByTestId('stop').click();
  await page.getByTestId('confirm').click();
  await page.locator('[data-testid=assistant][data-stopped=true]').waitFor();
  await accessible('live');
  await page.getByTestId('start').click();
  await page.locator('[data-testid=assistant][data-stopped=false]').waitFor();
  await page.goto(`${baseUrl}/operations`);
  await page.getByText('Rien en quarantaine.').waitFor();
  await accessible('operations');
});

test('nothing broke the policy, left the machine or failed in the console', () => {
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
  expect(seen.errors).toEqual([]);
});
