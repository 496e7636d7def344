// What a bad network, a server that dies and a lid that closes do to an agent at work: nothing is
// lost, nothing is sent twice, and what was missed is there afterwards, in its order.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { front } from './front.ts';
import { start } from './server.ts';
import { arrive, claim, openAlways, visit, write } from './shop.ts';

const customer = { phone: '+33639981501', name: 'Noémie Caron' };
const DROP_MS = 30_000;

let server: Awaited<ReturnType<typeof start>>;
let before: Awaited<ReturnType<typeof front>>;
let browser: Browser;
/** The agent, behind the network that breaks. */
let page: Page;
let seen: Watch;
/** Somebody who is never cut off: customers write through them, and the log is read there. */
let witness: { browser: Browser; page: Page };
let conversation = '';

beforeAll(async () => {
  server = await start();
  before = await front(server.url);
  witness = await visit(server.url);
  await claim(witness.page, server.claimUrl);
  await openAlways(witness.page);
  await write(witness.page, customer, 'bonjour');
  await write(witness.page, customer, 'je veux parler à un agent');
  ({ browser, page, seen } = await visit(before.url));
  await arrive(page, before.url);
  await page.evaluate(() => localStorage.setItem('relais.undo', '0'));
  await page.getByTestId('conversation').filter({ hasText: customer.name }).click();
  await page.getByTestId('take').click();
  await composer().waitFor();
  conversation = new URL(page.url()).pathname.split('/').at(-1) ?? '';
});

afterAll(async () => {
  await leave(browser);
  before?.end();
  await server?.stop();
});

const composer = () => page.getByTestId('composer-text');
const banner = () => page.getByText('Connexion perdue', { exact: false });

async function reply(text: string) {
  await composer().fill(text);
  await composer().press('Control+Enter');
}

/** What the log holds of the conversation: every position, and how often each text was sent. */
function log() {
  return witness.page.evaluate(async (id) => {
    const { items } = await (
      await fetch(`/api/v1/conversations/${id}/events?after=0&limit=200`)
    ).json();
    const texts = items.flatMap((one: { message: { text: string } | null }) =>
      one.message ? [one.message.text] : [],
    );
    return { texts, positions: items.map((one: { position: number }) => one.position) };
  }, conversation) as Promise<{ texts: string[]; positions: number[] }>;
}

/** The thread on the agent's screen holds what the log holds, each once and in its order. */
async function threadIsWhole() {
  const { texts, positions } = await log();
  expect(positions).toEqual(positions.map((_, index) => index + 1));
  const last = texts.slice(-6);
  await expect
    .poll(async () => {
      const shown = (await page.getByRole('log').textContent()) ?? '';
      const places = last.map((text) => shown.indexOf(text));
      return places.every((at, i) => at >= 0 && at > (places[i - 1] ?? -1));
    })
    .toBe(true);
}

const note = (text: string) =>
  witness.page.evaluate(
    async ([id, words]) => {
      await fetch(`/api/v1/conversations/${id}/actions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ do: 'note', text: words }),
      });
    },
    [conversation, text] as const,
  );

const count = async (text: string) => (await log()).texts.filter((one) => one === text).length;

test('half a minute without a network: one writes on, and all of it leaves once and in order', async () => {
  const since = Date.now();
  before.cut();
  await banner().waitFor();
  await reply('Première pendant la coupure.');
  await reply('Seconde pendant la coupure.');
  await composer().fill('un brouillon de la coupure');
  expect(await page.locator('.pend').count()).toBe(2);
  // A colleague notes something meanwhile. A customer's words would hold the replies back: whoever
  // wrote them has not read those.
  await note('noté pendant la coupure');
  await expect
    .poll(() => Date.now() - since, { timeout: DROP_MS + 5_000 })
    .toBeGreaterThan(DROP_MS);
  before.mend();
  await banner().waitFor({ state: 'detached', timeout: 40_000 });
  await page.getByTestId('message-agent').filter({ hasText: 'Seconde' }).waitFor();
  await expect.poll(() => page.locator('.pend').count()).toBe(0);
  expect(await composer().inputValue()).toBe('un brouillon de la coupure');
  const { texts } = await log();
  const ours = texts.filter((text) => /pendant la coupure/.test(text));
  expect(ours).toEqual(['Première pendant la coupure.', 'Seconde pendant la coupure.']);
  await page.getByTestId('note').filter({ hasText: 'noté pendant la coupure' }).waitFor();
  await threadIsWhole();
});

test('a server that is killed and comes back loses no reply and no draft', async () => {
  await composer().fill('écrit avant la panne');
  const draft = () =>
    witness.page.evaluate(
      async () => (await (await fetch('/api/v1/drafts')).json()).items[0]?.text,
    );
  await expect.poll(draft).toBe('écrit avant la panne');
  await server.kill();
  await composer().press('Control+Enter');
  await page.locator('.pend').filter({ hasText: 'écrit avant la panne' }).waitFor();
  await composer().fill('commencé pendant la panne');
  // The tab is closed and opened again meanwhile: it finds neither server nor page.
  await server.startAgain();
  await page.reload();
  await page.getByTestId('message-agent').filter({ hasText: 'écrit avant la panne' }).waitFor();
  await expect.poll(() => count('écrit avant la panne')).toBe(1);
  await expect.poll(() => composer().inputValue()).toBe('commencé pendant la panne');
  await composer().fill('');
  await threadIsWhole();
});

test('a closed lid: on waking, what came meanwhile is there', async () => {
  const power = await page.context().newCDPSession(page);
  await power.send('Page.setWebLifecycleState', { state: 'frozen' });
  before.cut();
  await write(witness.page, customer, 'pendant votre sommeil');
  await write(witness.page, customer, 'et encore ceci');
  before.mend();
  await power.send('Page.setWebLifecycleState', { state: 'active' });
  await page.getByRole('log').getByText('et encore ceci').waitFor({ timeout: 40_000 });
  await threadIsWhole();
  await reply('Bien reçu, au réveil.');
  await composer().press('Control+Enter');
  await page.getByTestId('message-agent').filter({ hasText: 'au réveil' }).waitFor();
  expect(await count('Bien reçu, au réveil.')).toBe(1);
});

test('nothing broke the policy or left the machine', () => {
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
});
