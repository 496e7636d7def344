// What a team does alike: macros called up by an agent and kept by a lead. Which server it runs
// against: see server.ts.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { accessible, openShop, slowUndo, write } from './shop.ts';

const baseUrl = inject('url');
const customer = { phone: '+33639981401', name: 'Irène Delmas' };

let browser: Browser;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  ({ browser, page, seen } = await openShop([customer]));
  await slowUndo(page);
});

afterAll(async () => {
  await leave(browser);
});

const tagged = () => page.getByTestId('change-tagged');

async function openCustomer() {
  await page.goto(`${baseUrl}/inbox`);
  await page.getByTestId('conversation').filter({ hasText: customer.name }).first().click();
  await page.getByRole('heading', { name: customer.name, level: 2 }).waitFor();
}

test('a macro is shown before anything happens, and called off nothing has', async () => {
  await openCustomer();
  await page.getByTestId('take').click();
  await page.getByTestId('composer-text').waitFor();
  await page.getByRole('heading', { name: customer.name, level: 2 }).click();
  await page.keyboard.press('Shift+M');
  await page.getByTestId('choices').waitFor();
  await accessible(page, 'macros');
  await page.keyboard.press('Digit1');
  await page.getByTestId('macro-steps').waitFor();
  const reply = page.getByRole('textbox', { name: 'Irène reçoit' });
  expect(await reply.inputValue()).toContain('sur la commande votre commande, Irène.');
  await accessible(page, 'preview of a macro');
  // The focus is on the button: one key does it.
  await page.keyboard.press('Enter');
  await page.getByTestId('plan').waitFor();
  await accessible(page, 'macro about to happen');
  await page.getByTestId('plan-cancel').click();
  await page.getByTestId('plan').waitFor({ state: 'detached' });
  await page.reload();
  await page.getByTestId('composer-text').waitFor();
  expect(await tagged().count()).toBe(0);
  expect(await page.getByTestId('message-agent').count()).toBe(0);
});

test('by its shortcut in the reply; then all of it is done', async () => {
  const composer = page.getByTestId('composer-text');
  await composer.click();
  await page.keyboard.type('/doub');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.getByTestId('macro-steps').waitFor();
  expect(await composer.inputValue()).toBe('');
  await page.getByTestId('macro-apply').click();
  await page.getByTestId('plan').waitFor();
  await page
    .getByTestId('message-agent')
    .filter({ hasText: 'J’annule' })
    .or(page.getByTestId('message-agent').filter({ hasText: "J'annule" }))
    .waitFor();
  await tagged().nth(1).waitFor();
  await page.getByTestId('change-prioritised').waitFor();
});

test('what cannot be done is said before, and the button sleeps', async () => {
  await page.getByTestId('composer-text').press('Control+Shift+M');
  await page.getByTestId('choices').waitFor();
  await page.getByTestId('choice-merci').click();
  await page.getByTestId('macro-steps').waitFor();
  await page.getByRole('textbox', { name: 'Irène reçoit' }).fill('Merci {montant}');
  await page
    .getByText('Complétez « montant » avant d’envoyer')
    .or(page.getByRole('alert'))
    .first()
    .waitFor();
  expect(await page.getByTestId('macro-apply').isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('a lead keeps a macro, and the palette has it', async () => {
  await page.goto(`${baseUrl}/settings?page=macros`);
  await page.getByTestId('macro').first().waitFor();
  await accessible(page, 'settings: macros');
  const before = await page.getByTestId('macro').count();
  await page.getByTestId('macro-new').click();
  await page.getByLabel('Nom', { exact: true }).fill('Photo demandée');
  await page.getByLabel('Raccourci').fill('photo');
  await page.getByRole('textbox', { name: /Réponse au client/ }).fill('Une photo, {name} ?');
  await page.getByLabel('Étiquettes').fill('casse');
  await page.getByLabel('Ensuite').selectOption('snooze:24');
  await accessible(page, 'settings: a macro');
  await page.getByTestId('macro-save').click();
  await page.getByTestId('macro').nth(before).waitFor();
  await openCustomer();
  await page.keyboard.press('Control+K');
  await page.getByTestId('palette').fill('photo');
  await page.getByRole('option', { name: /Photo demandée/ }).click();
  await page.getByTestId('macro-steps').filter({ hasText: 'En veille jusqu' }).waitFor();
  const reply = page.getByRole('textbox', { name: 'Irène reçoit' });
  expect(await reply.inputValue()).toBe('Une photo, Irène ?');
});

test('a wrong answer is put right where it was read', async () => {
  const asker = { phone: '+33639981402', name: 'Basile Renou' };
  await write(page, asker, 'quels sont les frais de livraison ?');
  await page.goto(`${baseUrl}/inbox`);
  await page.getByTestId('conversation').filter({ hasText: asker.name }).first().click();
  await page.getByRole('heading', { name: asker.name, level: 2 }).waitFor();
  await page.getByTestId('turn').last().getByTestId('why').click();
  await page.getByTestId('correct').click();
  // The article is told by the words that were sent.
  await page.getByText('A répondu : Combien coûte la livraison en France ?').waitFor();
  const right = page.getByRole('combobox', { name: 'Il fallait répondre' });
  await right.selectOption({ label: 'Quels sont les délais de livraison ?' });
  await accessible(page, 'correction');
  await page.getByTestId('correct-keep').click();
  await page.getByTestId('corrected').waitFor();
  await page.keyboard.press('Escape');
});

test('how well answers are chosen, and what was put right', async () => {
  await page.goto(`${baseUrl}/knowledge?view=quality`);
  await page.getByTestId('estimate').waitFor();
  await page
    .getByTestId('learnt')
    .filter({ hasText: 'quels sont les frais de livraison' })
    .waitFor();
  await accessible(page, 'quality');
  await page.getByRole('spinbutton').fill('3');
  await page.getByRole('button', { name: 'Publier' }).click();
  await page.getByRole('button', { name: 'Publier' }).waitFor({ state: 'detached' });
  expect(await page.getByRole('spinbutton').inputValue()).toBe('3');
  await page.setViewportSize({ width: 390, height: 844 });
  await accessible(page, 'quality on a phone');
  const tooWide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(tooWide).toBe(0);
});

test('a calendar file is shown before its days are taken', async () => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(`${baseUrl}/settings?page=hours`);
  const choose = (text: string) =>
    page.getByTestId('calendar-file').setInputFiles({
      name: 'feries.ics',
      mimeType: 'text/calendar',
      buffer: Buffer.from(text.replaceAll('\n', '\r\n')),
    });
  const event = (lines: string) => `BEGIN:VEVENT\n${lines}\nEND:VEVENT\n`;
  const file = (events: string) => `BEGIN:VCALENDAR\n${events}END:VCALENDAR\n`;

  await choose('<html>no calendar</html>');
  await page.getByText('Ce fichier n’est pas un calendrier (.ics).').waitFor();
  await accessible(page, 'a file that is no calendar');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });

  await choose(
    file(
      event('DTSTART;VALUE=DATE:20200629\nRRULE:FREQ=YEARLY\nSUMMARY:Fête de l’atelier') +
        event('DTSTART;VALUE=DATE:20991224\nDTEND;VALUE=DATE:21000102\nSUMMARY:Fermeture') +
        event('DTSTART:20991224T090000Z\nSUMMARY:Dentiste'),
    ),
  );
  const found = page.getByTestId('calendar-found');
  await found.getByText('chaque 29 juin').waitFor();
  await found.getByText('jeu. 24 décembre 2099 au ven. 1 janvier 2100').waitFor();
  await page.getByText('1 événement laissé de côté').click();
  await page.getByText('ne dure pas toute la journée').waitFor();
  await accessible(page, 'what a calendar holds');
  await page.getByTestId('calendar-add').click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByRole('button', { name: 'Enregistrer' }).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByText('Fête de l’atelier').waitFor();

  // A second time, nothing is new.
  await choose(file(event('DTSTART;VALUE=DATE:20991225\nSUMMARY:Noël')));
  await page.getByTestId('calendar-nothing').waitFor();
  await page.keyboard.press('Escape');
});

test('nothing broke the policy, left the machine or failed in the console', () => {
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
  expect(seen.errors).toEqual([]);
});
