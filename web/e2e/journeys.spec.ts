// The journeys with their budgets: an operator claims an instance (J0), a lead sets it up (J1, without
// the assistant's own steps), an agent works (J2), a data officer proves (J5). Each step counts clicks
// and keys. On an instance of its own, before a Graph API that is none. `SHOW_STEPS=1` prints them.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANNEL, graph, hookOf } from '../bench/provider.ts';
import { leave, type Watch, watch } from './browser.ts';
import { listen } from './front.ts';
import { Hand } from './hand.ts';
import { start } from './server.ts';
import { accessible, openAlways, visit, write } from './shop.ts';

const camille = {
  name: 'Camille Roy',
  login: 'camille@maison.test',
  password: 'tulipe wagon citron',
};
const asker = { phone: '+33639981601', name: 'Sandrine Petit' };
const racer = { phone: '+33639981691', name: 'Odile Marchand' };

let server: Awaited<ReturnType<typeof start>>;
let provider: Awaited<ReturnType<typeof graph>>;
let browser: Browser;
let page: Page;
let hand: Hand;
let hook: ReturnType<typeof hookOf>;
const seen: Watch[] = [];

beforeAll(async () => {
  provider = await graph();
  server = await start({ RELAIS_GRAPH_BASE_URL: `http://127.0.0.1:${provider.port}` });
  const seat = await visit(server.url);
  ({ browser, page } = seat);
  seen.push(seat.seen);
  hand = new Hand(page);
});

afterAll(async () => {
  await leave(browser);
  await server?.stop();
  provider?.end();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const go = (path: string) => page.goto(`${server.url}${path}`);
const composer = () => page.getByTestId('composer-text');
const row = (name: string) => page.getByTestId('conversation').filter({ hasText: name });

test('J0: one command says where it is, what it holds and how it is claimed', () => {
  for (const word of ['http://127.0.0.1:', '/claim#', 'data: ', 'the log', 'Ctrl-C']) {
    expect(server.said).toContain(word);
  }
  expect(server.said).toMatch(/relais \d+\.\d+\.\d+/i);
});

test('J0: the claim link makes an owner in two clicks', async () => {
  await page.goto(server.claimUrl);
  await page.getByLabel('Votre nom').waitFor();
  await hand.fill(page.getByLabel('Votre nom'), camille.name);
  await hand.fill(page.getByLabel('E-mail'), camille.login);
  await hand.fill(page.getByLabel('Mot de passe'), camille.password);
  hand.decides();
  await hand.click(button('Créer le compte'));
  await page.getByRole('heading', { name: 'Bonjour Camille.' }).waitFor();
  hand.step('J0.3 claim', { clicks: 2, seconds: 30 });
});

test('J1.1: two doors and seven steps', async () => {
  await page.getByTestId('door-setup').waitFor();
  expect(await page.locator('[data-testid^=step-]').count()).toBe(7);
  hand.decides();
  await hand.click(page.getByTestId('door-try'));
  await page.getByTestId('phone').waitFor();
  hand.step('J1.1 doors', { clicks: 1, seconds: 20 });
});

test('J1.2: tried out, from hello to a rating', async () => {
  await openAlways(page);
  const phone = page.getByTestId('phone-text');
  const says = async (text: string) => {
    await phone.focus();
    await hand.type(text);
    await hand.press('Enter');
  };
  await says('bonjour');
  await page.getByTestId('phone').getByRole('button', { name: /agent/i }).waitFor();
  hand.decides();
  await says('3');
  await page
    .getByTestId('holdbar')
    .getByRole('button', { name: /Rendre/ })
    .waitFor();
  await hand.click(page.getByTestId('take'));
  await composer().waitFor();
  await composer().focus();
  await hand.type('Bonjour, je m’en occupe.');
  await hand.press('Control+Enter');
  await page.getByTestId('phone-outbound').filter({ hasText: 'je m’en occupe' }).waitFor();
  hand.decides();
  await hand.click(page.getByTestId('resolve'));
  // Hello, the hand-off, the agent; the fourth asks for a rating.
  await page.getByTestId('phone-outbound').nth(3).waitFor();
  await says('5');
  await page.getByTestId('change-rated').waitFor();
  hand.step('J1.2 try', { clicks: 6, seconds: 90 });
});

test('J1.3: brand, language, zone', async () => {
  await go('/welcome');
  await hand.click(page.getByTestId('door-setup'));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Nom').first().waitFor();
  await accessible(page, 'set up: brand');
  hand.decides(2);
  await hand.fill(dialog.getByLabel('Nom').first(), 'Maison Camille');
  await hand.click(dialog.getByRole('button', { name: 'Continuer' }));
  await dialog.getByRole('link', { name: 'Personnes' }).waitFor();
  hand.step('J1.3 brand', { clicks: 4, seconds: 60 });
});

test('J1.8: an invitation and the hours', async () => {
  await hand.click(page.getByRole('dialog').getByRole('link', { name: 'Personnes' }));
  await hand.click(button('Inviter'));
  await hand.fill(page.getByLabel('Nom', { exact: true }), 'Nadia F.');
  await hand.fill(page.getByLabel('E-mail'), 'nadia@maison.test');
  hand.decides();
  await hand.click(button('Créer le lien'));
  await page.getByLabel('Lien à transmettre').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await hand.click(page.getByRole('link', { name: 'Horaires' }));
  await hand.fill(page.getByRole('textbox', { name: 'Samedi' }), '10-18');
  hand.decides(2);
  await hand.click(button('Enregistrer'));
  await button('Enregistrer').waitFor({ state: 'hidden' });
  hand.step('J1.8 people and hours', { clicks: 8, seconds: 90 });
  await openAlways(page);
});

test('J1.9: a room is told, and its answer is shown', async () => {
  const room = await listen();
  await go('/settings?page=teams');
  await hand.click(page.getByRole('link', { name: 'Alertes', exact: true }));
  await hand.fill(page.getByLabel('Adresse du webhook').first(), `${room.url}/services/T/B/x`);
  await page.getByLabel('Adresse du webhook').first().press('Enter');
  await hand.click(button('Envoyer un essai'));
  await page.getByText('Dernier essai arrivé', { exact: false }).waitFor();
  await accessible(page, 'a room is told');
  hand.decides();
  // The address is pasted, not typed.
  hand.step('J1.9 alerts', { clicks: 4, seconds: 40 });
  await hand.click(button('Désactiver'));
  room.end();
  hand.step('J1.9 taken back', {});
});

test('J1.10 and 13: a number is connected, and the first customer is answered', async () => {
  await go('/welcome');
  await hand.click(page.getByTestId('step-provider').getByRole('link'));
  await hand.click(button('Connecter un numéro'));
  const dialog = page.getByRole('dialog');
  for (const [label, value] of [
    ['Identifiant du numéro', CHANNEL.phone_number_id],
    ['Identifiant du compte', CHANNEL.waba_id],
    ['Jeton d’accès', CHANNEL.token],
    ['Clé secrète de l’application', CHANNEL.app_secret],
    ['Jeton de vérification', CHANNEL.verify_token],
  ] as const) {
    hand.decides();
    // Copied from another page: paste and go on.
    await dialog.getByLabel(label).fill(value);
    await hand.press('Tab');
  }
  await accessible(page, 'connect a number');
  await hand.click(dialog.getByRole('button', { name: 'Connecter' }));
  const state = (check: string) => page.getByTestId(`check-${check}`).getAttribute('class');
  await page.getByTestId('check-verified').waitFor();
  expect(await state('verified')).toContain('waiting');
  const channel = await page.evaluate(async () => {
    const { items } = await (await fetch('/api/v1/channels')).json();
    return items.find((one: { kind: string }) => one.kind !== 'simulator').id as string;
  });
  hook = hookOf(Number(new URL(server.url).port), channel);
  expect((await hook.verify(CHANNEL.verify_token)).body).toBe('42');
  await hand.click(button('Contrôler'));
  await expect.poll(() => state('verified')).toContain('good');
  await accessible(page, 'the channel doctor');
  hand.step('J1.10 number', { clicks: 8, seconds: 180 });

  await go('/inbox?view=queue');
  await hook.write('33639981699', 'Camille en personne', 'wamid.own.1', 'agent');
  await row('Camille en personne').waitFor();
  await hand.click(row('Camille en personne'));
  hand.decides();
  await hand.click(page.getByTestId('take'));
  await composer().waitFor();
  await composer().focus();
  await hand.type('Bonjour, vous me recevez ?');
  await hand.press('Control+Enter');
  await expect
    .poll(() => provider.last.some((one) => one.includes('vous me recevez')), { timeout: 15_000 })
    .toBe(true);
  hand.step('J1.13 first customer', { clicks: 3, seconds: 60 });
  // The steps of the assistant itself (4 to 7, 11 and 12) have 20 of the 54 clicks.
  expect(hand.all.clicks).toBeLessThanOrEqual(34);
});

test('J2.1 and 2: signed in and available; a new hand-off rings and is one click away', async () => {
  await go('/inbox');
  await button(/Compte et préférences/)
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
  await page.getByLabel('E-mail').fill(camille.login);
  await page.getByLabel('Mot de passe').fill(camille.password);
  await hand.click(button('Se connecter'));
  await page.waitForURL(/\/inbox/);
  // Whoever said nothing is available: the state is there, with their load.
  hand.decides();
  hand.step('J2.1 sign in', { clicks: 2, seconds: 10 });

  await page.evaluate(() => localStorage.setItem('relais.undo', '0'));
  await write(page, asker, 'bonjour');
  await write(page, asker, 'où en est ma commande ML-2041 ?');
  const before = await page.title();
  await write(page, asker, 'je veux parler à un agent');
  await row(asker.name).and(page.locator('[data-status=queued]')).waitFor();
  await expect.poll(() => page.title()).not.toBe(before);
  expect(await page.title()).toMatch(/^\(\d+\)/);
  await hand.click(row(asker.name));
  await page.getByRole('heading', { name: asker.name, level: 2 }).waitFor();
  hand.step('J2.2 opened', { clicks: 1 });
});

test('J2.3 and 4: understood at a look, answered with a snippet and no mouse', async () => {
  const card = page.getByTestId('handoff');
  for (const part of [card.getByTestId('reason'), page.getByTestId('change-escalated')]) {
    await part.first().waitFor();
  }
  hand.step('J2.3 understood', { clicks: 0, keys: 0 });
  // A key leads to what they ordered.
  await page.keyboard.press('o');
  await page.locator('[data-orders]:focus').filter({ hasText: 'ML-2041' }).waitFor();
  await hand.press('t');
  await composer().waitFor();
  await expect.poll(() => composer().evaluate((one) => one === document.activeElement)).toBe(true);
  await hand.type('/');
  await page.getByRole('option').first().waitFor();
  hand.decides();
  await hand.press('ArrowDown', 'ArrowUp', 'Tab');
  expect(await composer().inputValue()).not.toMatch(/^\//);
  await composer().fill('Bonjour, je regarde cela tout de suite.');
  await hand.press('Control+Enter');
  await page.getByTestId('message-agent').filter({ hasText: 'tout de suite' }).waitFor();
  hand.step('J2.4 answered', { clicks: 0, seconds: 15 });
  // A template in place of a text, and back by the same keys.
  const template = page.getByRole('radio', { name: /^reprise_contact/ });
  const isFocused = (one: Locator) => one.evaluate((it) => it === document.activeElement);
  await page.keyboard.press('Control+.');
  await expect.poll(() => isFocused(template)).toBe(true);
  await page.keyboard.press('Control+.');
  await expect.poll(() => isFocused(composer())).toBe(true);
});

test('J2.5: four conversations at once, one key to the next, each with its draft', async () => {
  for (let n = 0; n < 3; n += 1) {
    const other = { phone: `+3363998161${n}`, name: `Autre ${n}` };
    await write(page, other, 'je veux parler à un agent');
  }
  await composer().fill('brouillon pour Sandrine');
  await page.keyboard.press('Escape');
  const first = page.url();
  await hand.press('j');
  await expect.poll(() => page.url()).not.toBe(first);
  hand.step('J2.5 next', { clicks: 0, keys: 1 });
  await page.goto(first);
  await expect.poll(() => composer().inputValue()).toBe('brouillon pour Sandrine');
  await composer().fill('');
  await page.keyboard.press('Escape');
});

test('J2.6: a colleague is seen, and a second take is refused in words', async () => {
  const path = await page.evaluate(async () => {
    const answer = await fetch('/api/v1/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'hugo@maison.test', name: 'Hugo Petit', role: 'agent' }),
    });
    return (await answer.json()).link.path as string;
  });
  const guest = await browser.newContext({
    locale: 'fr-FR',
    viewport: { width: 1366, height: 768 },
  });
  seen.push(await watch(guest, server.url));
  const colleague = await guest.newPage();
  await colleague.goto(`${server.url}${path}`);
  await colleague.getByLabel('Mot de passe').fill('une phrase assez longue');
  await colleague.getByRole('button', { name: 'Choisir ce mot de passe' }).click();
  await colleague.waitForURL(/\/inbox/);
  await colleague.goto(page.url());
  await colleague.getByRole('heading', { name: asker.name, level: 2 }).waitFor();
  await page.getByText('Hugo', { exact: false }).first().waitFor();

  // Both look at the same one in the queue; the colleague's page does not hear that it is gone.
  await write(page, racer, 'je veux parler à un agent');
  const id = await page.evaluate(async (name) => {
    const { items } = await (await fetch('/api/v1/conversations')).json();
    return items.find((one: { contact: { name: string } }) => one.contact.name === name).id;
  }, racer.name);
  let isDeaf = false;
  await colleague.route('**/api/v1/**', async (route) => {
    const request = route.request();
    if (request.url().endsWith('/actions')) isDeaf = false;
    if (isDeaf && request.method() === 'GET') await route.fulfill({ status: 429 });
    else await route.continue();
  });
  await colleague.goto(`${server.url}/inbox/${id}`);
  await colleague.getByTestId('take').waitFor();
  isDeaf = true;
  const first = await page.evaluate(async (path) => {
    const said = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ do: 'take' }),
    });
    return said.status;
  }, `/api/v1/conversations/${id}/actions`);
  expect(first).toBe(200);
  await colleague.getByTestId('take').click();
  await colleague.getByText('Camille Roy vient de la prendre.').waitFor();
  await accessible(colleague, 'a refused take');
  await guest.close();
});

test('J2.8: passed on to another team in three clicks', async () => {
  await page.getByRole('heading', { name: asker.name, level: 2 }).click();
  await hand.press('m');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio').first().waitFor();
  await accessible(page, 'pass on');
  hand.decides();
  await hand.click(dialog.getByRole('radio').nth(1));
  await hand.click(dialog.locator('[type=submit]'));
  await page.getByTestId('change-transferred').waitFor();
  hand.step('J2.8 passed on', { clicks: 3, seconds: 10 });
});

test('J2.9: the session window runs out in sight; after it a template goes out in two clicks', async () => {
  // Of the second one the order is known by the number: the template speaks of it.
  const ago = (minutes: number) => Date.now() - minutes * 60_000;
  await hook.write(
    '33639981697',
    'Fenêtre ouverte',
    'wamid.early.1',
    'un agent',
    ago(22 * 60 + 30),
  );
  await hook.write('33639980102', 'Thomas Leroy', 'wamid.early.2', 'un agent', ago(25 * 60));
  await go('/inbox?view=queue');
  await row('Fenêtre ouverte').click();
  await page.getByRole('heading', { name: 'Fenêtre ouverte', level: 2 }).waitFor();
  await page.keyboard.press('t');
  await page.locator('.facts .chip.warn').waitFor();
  await accessible(page, 'a window that closes');

  await row('Thomas Leroy').click();
  await page.getByRole('heading', { name: 'Thomas Leroy', level: 2 }).waitFor();
  await page.keyboard.press('t');
  const lock = page.locator('.lock');
  await lock.waitFor();
  expect(await composer().count()).toBe(0);
  await accessible(page, 'a closed window');
  hand.decides();
  await hand.click(page.getByRole('radio', { name: /^reprise_contact/ }));
  await hand.click(button('Envoyer le modèle'));
  await expect
    .poll(() =>
      provider.last.some((one) => /template.*33639980102|33639980102.*template/.test(one)),
    )
    .toBe(true);
  hand.step('J2.9 template', { clicks: 2 });
});

test('J2 at 200 %: the same steps, by keyboard alone, and nothing scrolls sideways', async () => {
  // What a zoom of 200 % leaves of 1366 × 768.
  await page.setViewportSize({ width: 683, height: 384 });
  const noSideways = async (where: string) => {
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide, where).toBe(0);
    await accessible(page, `200 %: ${where}`);
  };
  await go('/inbox?view=queue');
  await row('Autre 0').waitFor();
  await noSideways('list');
  const rows = await page.getByTestId('conversation').allTextContents();
  const presses = rows.findIndex((text) => text.includes('Autre 0')) + 1;
  for (let n = 0; n < presses; n += 1) await hand.press('j');
  await page.getByRole('heading', { name: 'Autre 0', level: 2 }).waitFor();
  await noSideways('thread');
  await hand.press('t');
  await composer().waitFor();
  await expect.poll(() => composer().evaluate((one) => one === document.activeElement)).toBe(true);
  await hand.type('Je vous réponds.');
  await hand.press('Control+Enter');
  await page.getByTestId('message-agent').filter({ hasText: 'Je vous réponds' }).waitFor();
  await noSideways('answered');
  await hand.press('Escape', 'e');
  await page.getByTestId('choices').waitFor();
  await noSideways('closing');
  await hand.press('Digit1');
  await page.getByTestId('change-resolved').first().waitFor();
  hand.step('J2 at 200 %', { clicks: 0 });
  await page.setViewportSize({ width: 1366, height: 768 });
});

test('J2.15: who goes away hands over what they hold in three clicks', async () => {
  await go('/inbox');
  const choice = (word: string) => page.getByRole('menuitemradio', { name: word });
  await hand.click(button(/Compte et préférences/).first());
  await hand.click(choice('Absent'));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: racer.name }).waitFor();
  await accessible(page, 'going away');
  await hand.click(page.getByTestId('hand-over-all'));
  await dialog.waitFor({ state: 'hidden' });
  hand.step('J2.15 handed over', { clicks: 3 });
  const held = await page.evaluate(async () => {
    const { items } = await (await fetch('/api/v1/conversations?q=is:mine')).json();
    return items.length as number;
  });
  expect(held).toBe(0);
  await row(racer.name).and(page.locator('[data-status=queued]')).waitFor();
  // Nobody is asked twice, and who holds nothing is not asked at all.
  await button(/Compte et préférences/)
    .first()
    .click();
  await choice('Hors ligne').click();
  await choice('Disponible').click();
  expect(await dialog.count()).toBe(0);
  await page.keyboard.press('Escape');
});

test('J5: data map, encryption, retention and the record', async () => {
  await go('/settings?page=company');
  await hand.click(page.getByRole('link', { name: 'Confidentialité' }));
  await page.getByRole('heading', { name: 'Carte des données' }).waitFor();
  for (const who of [
    'Meta (WhatsApp)',
    'Modèle de langage',
    'Vos autres applications (webhooks)',
  ]) {
    await page.getByText(who, { exact: true }).waitFor();
  }
  hand.step('J5.2 data map', { clicks: 1 });
  await page.getByRole('heading', { name: 'Où s’arrête le chiffrement' }).waitFor();
  await page.getByTestId('rights').getByText('Une limitation').waitFor();
  hand.step('J5.3 encryption', { clicks: 1 });
  hand.decides(2);
  await hand.choose(page.getByTestId('keep-messages').getByRole('combobox'), '365');
  await page.getByTestId('keep-messages').getByText('Rien n’est encore aussi ancien.').waitFor();
  await hand.click(button('Enregistrer'));
  await button('Enregistrer').waitFor({ state: 'detached' });
  hand.step('J5.4 retention', { clicks: 4, seconds: 120 });
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    hand.click(page.getByTestId('record')),
  ]);
  expect(file.suggestedFilename()).toBe('registre-des-traitements.html');
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const record = Buffer.concat(chunks).toString();
  for (const word of ['Meta (WhatsApp)', '365 jours', 'Une limitation', 'Maison Camille']) {
    expect(record).toContain(word);
  }
  hand.step('J5.10 record', { clicks: 1 });
});

test('J5: a person is found, exported and erased with a certificate; who did it is on record', async () => {
  await go('/inbox');
  await page.getByTestId('conversation').first().waitFor();
  await hand.press('/');
  await page.locator('[type=search]:focus').waitFor();
  await hand.type('Sandrine');
  await hand.click(row(asker.name).first());
  await hand.click(page.getByRole('link', { name: asker.name }));
  await page.waitForURL(/\/contacts\//);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    hand.click(page.getByRole('link', { name: 'Exporter avec les fichiers (zip)' })),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.zip$/);
  hand.step('J5.5 access', { clicks: 4, seconds: 180 });

  // What was wrong is put right, and what it may be used for restricted.
  await hand.click(page.getByTestId('rectify'));
  await hand.fill(page.getByTestId('rectify-name'), 'Sandrine Leroy');
  await hand.click(page.getByTestId('rectify-save'));
  await page.getByRole('heading', { name: 'Sandrine Leroy' }).waitFor();
  await hand.click(page.getByTestId('restrict'));
  await page.getByText('Limité par').waitFor();
  hand.step('J5.7 rectification and restriction', { clicks: 3 });

  // What is open is ended first: the page says so.
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await page.evaluate(async (contact) => {
    const { conversations } = await (await fetch(`/api/v1/contacts/${contact}`)).json();
    for (const one of conversations as { id: string }[]) {
      for (const act of [{ do: 'take' }, { do: 'resolve', reason: 'other' }]) {
        await fetch(`/api/v1/conversations/${one.id}/actions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(act),
        });
      }
    }
  }, id);
  await page.reload();
  await hand.click(page.getByTestId('erase'));
  hand.decides();
  await hand.fill(page.getByTestId('confirm-word'), 'EFFACER');
  await hand.click(page.getByTestId('confirm'));
  await page.getByTestId('certificate').waitFor();
  // Who looked, beside the person: what was done last comes first.
  const accesses = page.getByTestId('accesses').getByRole('listitem');
  await accesses.nth(2).waitFor();
  expect(await accesses.first().textContent()).toContain('effacée');
  await accesses.filter({ hasText: 'exportée' }).first().waitFor();
  await accesses.filter({ hasText: 'consultée' }).filter({ hasText: camille.login }).waitFor();
  hand.step('J5.6 erasure', { clicks: 5, seconds: 180 });

  await go('/settings?page=company');
  await hand.click(page.getByRole('link', { name: 'Journal d’audit' }));
  await page.getByText(camille.login).first().waitFor();
  hand.step('J5.8 who looked', { clicks: 2 });
});

test('nothing broke the policy, left the machine or failed in the console', () => {
  for (const { violations, foreign, errors } of seen) {
    expect(violations).toEqual([]);
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
  }
});
