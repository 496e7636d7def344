// The service worker. It keeps the app's own files (shell.ts), takes over at once, and leaves every
// call of the server alone.
import { file, fill, kindOf, page, tidy } from './shell.ts';

declare const self: ServiceWorkerGlobalScope;
/** Filled in when the app is built (vite.config.ts). */
declare const __SHELL__: { version: string; files: string[] };

const { version, files } = __SHELL__;

self.addEventListener('install', (event) => {
  event.waitUntil(fill(caches, version, files).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(tidy(caches, version).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const kind = kindOf(event.request, self.location.origin);
  if (kind === 'page') event.respondWith(page(caches, version, event.request));
  if (kind === 'file') event.respondWith(file(caches, version, event.request));
});
