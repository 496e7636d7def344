// A day in Arabic: the page runs from right to left, words of others run their own way, and nothing
// of the inbox is in another language. Which server it runs against: see server.ts.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { leave, type Watch } from './browser.ts';
import { accessible, openShop, write } from './shop.ts';

const baseUrl = inject('url');
const amina = { phone: '+33639981601', name: 'أمينة الزروالي' };
const sandrine = { phone: '+33639981602', name: 'Sandrine Petit' };

let browser: Browser;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  ({ browser, page, seen } = await openShop());
  await write(page, amina, 'مرحبا');
  await write(page, amina, 'أريد التحدث مع موظف');
  await write(page, sandrine, 'je veux parler à un agent');
});

afterAll(async () => {
  await leave(browser);
});

const line = (name: string) => page.getByTestId('conversation').filter({ hasText: name }).first();
const directionOf = (text: string) =>
  page
    .getByText(text, { exact: true })
    .first()
    .evaluate((element) => getComputedStyle(element).direction);

/** How far something sticks out of the window. */
const tooWide = () =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('the language is chosen where the person is, and the page turns round', async () => {
  await page.goto(`${baseUrl}/inbox`);
  await page.getByRole('button', { name: 'Compte et préférences' }).click();
  await page.getByRole('menuitemradio', { name: 'العربية' }).click();
  await page.locator('html[dir="rtl"][lang="ar"]').waitFor();
  await page.getByRole('heading', { name: 'الكل', level: 1 }).waitFor();
  await page.keyboard.press('Escape');
  const [list, thread] = await page.evaluate(() =>
    ['.listp', '.mid'].map((part) => document.querySelector(part)?.getBoundingClientRect().x ?? 0),
  );
  expect(list).toBeGreaterThan(thread ?? 0);
  expect(await tooWide()).toBe(0);
});

test('each text runs its own way', async () => {
  await line(sandrine.name).waitFor();
  expect(await directionOf('je veux parler à un agent')).toBe('ltr');
  expect(await directionOf('أريد التحدث مع موظف')).toBe('rtl');
  // A team's own name after an Arabic word: where it has no room, it loses its end.
  const team = page.locator('.side bdi', { hasText: 'Service client' });
  expect(await team.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
  expect(await team.evaluate((element) => getComputedStyle(element).overflow)).toBe('hidden');
});

test('taken, answered, read by a screen reader', async () => {
  await line(amina.name).click();
  await page.getByTestId('take').click();
  const composer = page.getByTestId('composer-text');
  await composer.waitFor();
  // Nothing written yet: the field speaks the language of the page.
  expect(await composer.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  await composer.fill('مرحباً أمينة، كيف أساعدك؟');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('message-agent').waitFor();
  await accessible(page, 'thread in Arabic');
  await page.getByRole('log', { name: 'الرسائل' }).waitFor();
});

test('on a phone, from right to left as well', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await accessible(page, 'thread in Arabic on a phone');
  expect(await tooWide()).toBe(0);
  await page.goto(`${baseUrl}/inbox`);
  await line(amina.name).waitFor();
  expect(await tooWide()).toBe(0);
  await accessible(page, 'list in Arabic on a phone');
});

test('where English stands in, it keeps its own way, and the plane of the flow is in sight', async () => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(`${baseUrl}/reports`);
  // The marks that keep a text in its own direction.
  const days = page.getByText('7 days', { exact: false }).first();
  await days.waitFor();
  expect(await days.textContent()).toMatch(/^\u2066.*\u2069$/);
  await page.goto(`${baseUrl}/flow`);
  const first = page.getByTestId('step').first();
  await first.waitFor();
  const [x, left] = await first.evaluate((step) => [
    step.getBoundingClientRect().x,
    step.closest('.cscroll')?.getBoundingClientRect().x ?? 0,
  ]);
  expect(x).toBeGreaterThan(left ?? 0);
  expect(x).toBeLessThan(1366);
  await page.goto(`${baseUrl}/inbox`);
});

test('the inbox says nothing in another language', async () => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await line(amina.name).click();
  await page.getByTestId('handoff').waitFor();
  // Names, numbers and keys aside, what has Latin letters is somebody's or the company's own word.
  const own = /Maison|Lumière|Relais|Service client|Facturation|Cercle|Camille|Navexpress|Support/;
  const latin = await page.evaluate(() => {
    const words: string[] = [];
    const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = all.nextNode(); node; node = all.nextNode()) {
      const parent = node.parentElement;
      if (
        !parent ||
        parent.closest('kbd, [dir="auto"], bdi, .ava, .gram, [data-testid^="message"]')
      )
        continue;
      if (/\p{Script=Latin}{2}/u.test(node.textContent ?? '')) words.push(node.textContent ?? '');
    }
    return words;
  });
  expect(latin.filter((text) => !own.test(text))).toEqual([]);
});

test("one's own account and a person's page are in Arabic as well", async () => {
  await page.goto(`${baseUrl}/settings?page=account`);
  await page.getByRole('heading', { name: 'مفاتيح المرور' }).waitFor();
  await accessible(page, 'own account in Arabic');
  expect(await tooWide()).toBe(0);
  await page.goto(`${baseUrl}/inbox`);
  await line(amina.name).click();
  await page.locator('.sp').getByRole('link', { name: amina.name }).click();
  await page.getByRole('heading', { name: 'المحادثات' }).waitFor();
  await accessible(page, 'a person in Arabic');
});

test('nothing broke the policy, left the machine or failed in the console', async () => {
  await page.evaluate(() => localStorage.removeItem('relais.language'));
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
  expect(seen.errors).toEqual([]);
});
