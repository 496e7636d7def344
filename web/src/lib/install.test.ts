import { expect, test } from 'vitest';
import { installing } from './install.ts';

const prompt = { prompt: async () => undefined } as unknown as Parameters<
  typeof installing
>[0]['prompt'];

test.each([
  ['plain http', { prompt, isInstalled: false }, false, true, 'no-https'],
  ['a browser without workers', { prompt: null, isInstalled: false }, true, false, 'no-worker'],
  ['installed', { prompt, isInstalled: true }, true, true, 'installed'],
  ['the browser offers it', { prompt, isInstalled: false }, true, true, 'ready'],
  ['only its menu does', { prompt: null, isInstalled: false }, true, true, 'menu'],
] as const)('%s', (_, state, isSecure, hasWorkers, expected) => {
  expect(installing(state, isSecure, hasWorkers)).toBe(expected);
});
