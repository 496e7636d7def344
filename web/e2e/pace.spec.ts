// How fast the app is for whoever uses it: the first load over a slow network, and from a key or a
// click to the next paint through a scripted Monday. The figures are printed beside their budgets; a
// machine that is busy with other things only fails where something is broken, not slow.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { openShop } from './shop.ts';

const base = inject('url');
const people = ['Rose Allard', 'Félix Brun', 'Inès Carel'].map((name, n) => ({
  name,
  phone: `+3363998180${n}`,
}));

/** 3G fast: 1.6 Mbit/s down, 0.768 up, 150 ms there and back. */
const THREE_G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1_000_000) / 8,
  uploadThroughput: (0.768 * 1_000_000) / 8,
};
const FIRST_LOAD_MS = 2_500;
const NEXT_PAINT_MS = 100;
/** Beyond so many times its budget it is not the machine. */
const BROKEN = 4;

let browser: Browser;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  ({ browser, page, seen } = await openShop(people));
});

afterAll(async () => {
  await leave(browser);
});

/** From the beginning of the navigation until a conversation is on the page. */
async function firstLoad(): Promise<number> {
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    locale: 'fr-FR',
    serviceWorkers: 'block',
  });
  await context.addCookies(await page.context().cookies());
  await context.addInitScript(() => {
    const look = () => {
      if (document.querySelector('[data-testid=conversation]')) {
        (window as unknown as { shownAt: number }).shownAt = performance.now();
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  });
  const fresh = await context.newPage();
  const wire = await context.newCDPSession(fresh);
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', THREE_G);
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  await fresh.goto(`${base}/inbox`);
  await fresh.getByTestId('conversation').first().waitFor();
  const took = await fresh.evaluate(() => (window as unknown as { shownAt: number }).shownAt);
  await context.close();
  return took;
}

test('the first load over 3G fast shows the inbox, and how soon', async () => {
  // The best of three: what else this machine does is not the app's.
  const took = [await firstLoad(), await firstLoad(), await firstLoad()];
  console.log(`first loads: ${took.map(Math.round).join(', ')} ms of ${FIRST_LOAD_MS}`);
  expect(Math.min(...took)).toBeLessThanOrEqual(FIRST_LOAD_MS * BROKEN);
});

test('what is pressed and clicked through a Monday is painted, and how soon', async () => {
  await page.evaluate(() => {
    const waits: number[] = [];
    (window as unknown as { waits: number[] }).waits = waits;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[]) {
        if (entry.interactionId) waits.push(entry.duration);
      }
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  let pressed = 0;
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await page.keyboard.press(key);
      pressed += 1;
    }
  };
  const composer = page.getByTestId('composer-text');
  for (const { name } of people) {
    await press('g', 'u');
    const row = page.getByTestId('conversation').filter({ hasText: name });
    await row.click();
    await page.getByRole('heading', { name, level: 2 }).waitFor();
    await press('t');
    await composer.waitFor();
    await composer.focus();
    for (const letter of 'Bonjour, je regarde.') await press(letter);
    await press('Control+Enter');
    await page.getByTestId('message-agent').filter({ hasText: 'je regarde' }).waitFor();
    await press('Escape', 'p');
    await page.getByTestId('choices').waitFor();
    await press('Digit2');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await press('l');
    await page.getByTestId('tag').waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await press('e');
    await page.getByTestId('choices').waitFor();
    await press('Digit1');
    await page.getByTestId('change-resolved').first().waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  const slow = await page.evaluate(() => (window as unknown as { waits: number[] }).waits);
  // Those below 16 ms are not told of: they count as none.
  const all = [...slow, ...Array<number>(Math.max(0, pressed - slow.length)).fill(0)];
  all.sort((a, b) => a - b);
  const p75 = all[Math.floor(all.length * 0.75)] ?? 0;
  console.log(`${all.length} interactions, p75 ${p75} of ${NEXT_PAINT_MS} ms, worst ${all.at(-1)}`);
  expect(all.length).toBeGreaterThan(90);
  expect(p75).toBeLessThanOrEqual(NEXT_PAINT_MS * BROKEN);
});

test('nothing broke the policy, left the machine or failed in the console', () => {
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
  expect(seen.errors).toEqual([]);
});
