// The service worker. It keeps the app's own files (shell.ts), takes over at once, leaves every call
// of the server alone, and says so when it is woken because a customer waits (wake.ts).
import { file, fill, kindOf, page, tidy } from './shell.ts';
import { looksAtIt, pageFor, QUEUE, wordsIn } from './wake.ts';

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

const pages = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

self.addEventListener('push', (event) => event.waitUntil(wake()));

async function wake() {
  if (looksAtIt(await pages())) return;
  const { lang, body } = wordsIn(self.navigator.language);
  await self.registration.showNotification('Relais', {
    body,
    lang,
    dir: lang === 'ar' ? 'rtl' : 'ltr',
    // One at a time, whatever the number of customers and of tabs.
    tag: 'relais-queue',
    icon: '/icons/192.png',
  });
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show());
});

async function show() {
  const open = pageFor(await pages());
  if (open) await open.focus();
  else await self.clients.openWindow(QUEUE);
}
