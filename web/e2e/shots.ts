// Screenshots of every page, light and dark, at the sizes of the design.
//   RELAIS_URL=http://127.0.0.1:4170 OUT=dir npm run shots
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'vitest';
import { launch } from './browser.ts';

const base = process.env.RELAIS_URL ?? 'http://127.0.0.1:4170';
const out = process.env.OUT ?? 'shots';
const only = process.env.ONLY;
mkdirSync(out, { recursive: true });

const SIZES = { wide: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const;

test('every page, light and dark, wide and on a phone', async () => {
  const browser = await launch();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        viewport,
        colorScheme,
        locale: 'fr-FR',
        timezoneId: 'Europe/Paris',
        deviceScaleFactor: size === 'phone' ? 2 : 1,
        hasTouch: size === 'phone',
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const shot = async (name: string) => {
        if (only && !name.includes(only)) return;
        await page.waitForTimeout(350);
        await page.screenshot({ path: join(out, `${name}-${size}-${colorScheme}.png`) });
      };
      await page.goto(`${base}/sign-in`);
      await page.getByRole('button', { name: 'Se connecter' }).waitFor();
      await shot('sign-in');
      await page.getByLabel('E-mail').fill(process.env.LOGIN ?? 'camille@example.test');
      await page.getByLabel('Mot de passe').fill(process.env.PASSWORD ?? 'demo-demo-demo');
      await page.getByRole('button', { name: 'Se connecter' }).click();
      await page.getByTestId('conversation').first().waitFor();
      await shot('inbox-list');
      await open(page, 'Sandrine Petit');
      await shot('inbox');
      if (size === 'wide') {
        await page.getByTestId('change-escalated').getByTestId('why').click();
        await shot('why');
        await page.keyboard.press('Escape');
        await page.keyboard.press('n');
        await page.getByTestId('composer-text').fill('Je rappelle la banque demain matin.');
        await shot('note');
        await page.getByTestId('composer-text').fill('');
        await page.keyboard.press('Escape');
        await page.keyboard.press('?');
        await shot('help');
        await page.keyboard.press('Escape');
        await page.keyboard.press('m');
        await shot('transfer');
        await page.keyboard.press('Escape');
        await open(page, 'Julien Morel');
        await shot('window');
        await open(page, 'Amina Zerouali');
        await shot('queued');
        await page.evaluate(() => {
          document.documentElement.dir = 'rtl';
        });
        await shot('rtl');
        await page.evaluate(() => {
          document.documentElement.dir = 'ltr';
          document.documentElement.dataset.density = 'compact';
          dispatchEvent(new Event('resize'));
        });
        await shot('compact');
        await page.setViewportSize({ width: 1920, height: 1080 });
        await shot('compact-1920');
        await page.setViewportSize(viewport);
      } else {
        await page.locator('.pask').click();
        await shot('card');
        await page.keyboard.press('Escape');
      }
      await page.goto(`${base}/welcome`);
      await page.getByRole('link', { name: 'Ouvrir l’essai' }).waitFor();
      await shot('welcome');
      await page.goto(`${base}/simulator`);
      const text = page.getByTestId('phone-text');
      await text.fill('bonjour');
      await text.press('Enter');
      await page.getByTestId('phone').getByRole('button', { name: 'Parler à un agent' }).waitFor();
      await shot('simulator-menu');
      await text.fill('3');
      await text.press('Enter');
      await page.getByText('Je vous transfère').first().waitFor();
      await page.waitForTimeout(700);
      await shot('simulator');
      if (size === 'phone') await page.locator('.simtabs button').last().click();
      await shot('simulator-inbox');
      await page.getByTestId('take').click();
      await page.getByTestId('composer-text').waitFor();
      await page.waitForTimeout(300);
      await shot('simulator-taken');
      await page.goto(`${base}/nowhere`);
      await shot('not-found');
      await context.close();
    }
  }
  await browser.close();
});

async function open(page: Page, name: string) {
  await page.getByTestId('conversation').filter({ hasText: name }).click();
  await page.getByRole('heading', { name, level: 2 }).waitFor();
}
