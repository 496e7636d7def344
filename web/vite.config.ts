import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import compile from 'icu-minify/compile';
import { defineConfig, type Plugin } from 'vite';

// Browsers that know light-dark() and relative colours: the tokens stay as they are written.
const target = ['chrome125', 'firefox128', 'safari18'];

type Messages = { [key: string]: string | Messages };

/** The groups a page needs before anyone is signed in or anything is loaded. */
const CORE = ['app', 'error'];
/** Those of pages beside the inbox, which load them with their own code. */
const BESIDE = [
  'welcome',
  'sim',
  'flow',
  'reports',
  'triggers',
  'knowledge',
  'quality',
  'lab',
  'ops',
  'contact',
  'live',
  'confirm',
];

/** Languages written from right to left: a value in another script must not move its neighbours. */
const RTL = ['ar'];

/** What a language does not say yet is said in English. */
function over(base: Messages, own: Messages, isRtl: boolean): Messages {
  return Object.fromEntries(
    Object.entries(base).map(([key, value]) => {
      const mine = own[key];
      if (mine === undefined) return [key, isRtl ? leftToRight(value) : value];
      return [
        key,
        typeof value === 'string' || typeof mine === 'string' ? mine : over(value, mine, isRtl),
      ];
    }),
  );
}

/**
 * English in a line that runs from right to left keeps its own way (U+2066, U+2069): "7 days", and a
 * full stop at its end. A bare word needs no marks; it may have to be typed.
 */
function leftToRight(value: string | Messages): string | Messages {
  if (typeof value === 'string') return /[^\w-]/.test(value) ? `\u2066${value}\u2069` : value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, leftToRight(one)]));
}

/** `{name}` between the marks that keep its direction to itself (U+2068, U+2069). */
function isolated(text: string): string {
  return text.replace(/(?<!'|\w\s)\{\w+\}(?!')/g, '\u2068$&\u2069');
}

/** Messages are parsed here and not in the browser, which then needs no parser. */
function icu(): Plugin {
  const compileAll = (messages: Messages, isRtl: boolean): unknown =>
    Object.fromEntries(
      Object.entries(messages).map(([key, value]) => [
        key,
        typeof value === 'string'
          ? compile(isRtl ? isolated(value) : value)
          : compileAll(value, isRtl),
      ]),
    );
  return {
    name: 'relais-icu',
    enforce: 'pre',
    transform(code, id) {
      const part = /^(.*\/messages\/(?:settings\/)?)(\w+)\.json(\?core|\?inbox)?$/.exec(id);
      if (!part) return null;
      const [, folder, language = '', piece] = part;
      const english = `${folder}en.json`;
      this.addWatchFile(english);
      const isRtl = RTL.includes(language);
      const all = over(JSON.parse(readFileSync(english, 'utf8')), JSON.parse(code), isRtl);
      const messages = Object.fromEntries(
        Object.entries(all).filter(([group]) => {
          if (piece === '?core') return CORE.includes(group);
          return piece !== '?inbox' || !BESIDE.includes(group);
        }),
      );
      return {
        code: `export default JSON.parse(${JSON.stringify(JSON.stringify(compileAll(messages, isRtl)))});`,
        moduleType: 'js',
        map: null,
      };
    },
  };
}

/** Tells the service worker which files are the app of this version. */
function shellOf(): Plugin {
  return {
    name: 'relais-shell',
    generateBundle: {
      // Files without content are dropped before.
      order: 'post',
      handler(_, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') return;
        // Fonts but the one of every page are kept when they are first used.
        const files = Object.keys(bundle)
          .filter((name) => /^assets\/(.*\.(js|css|svg)|inter-latin-opsz.*)$/.test(name))
          .sort()
          .map((name) => `/${name}`);
        const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 16);
        worker.code = worker.code.replace('__SHELL__', JSON.stringify({ version, files }));
      },
    },
  };
}

/** Our window never scrolls and panes keep their own place: the router need not remember any. */
function noScrollMemory(): Plugin {
  return {
    name: 'relais-no-scroll-memory',
    load(id) {
      if (!/router-core\/dist\/esm\/scroll-restoration\.js$/.test(id)) return null;
      return `export const storageKey = '';
        export const setupScrollRestoration = () => {};
        export const defaultGetScrollRestorationKey = (location) => location.href;
        export const getElementScrollRestorationEntry = () => undefined;`;
    },
  };
}

export default defineConfig({
  plugins: [icu(), noScrollMemory(), shellOf(), react()],
  resolve: {
    alias: {
      'use-intl/format-message': fileURLToPath(
        import.meta.resolve('use-intl/format-message/format-only'),
      ),
    },
  },
  build: {
    target,
    cssTarget: target,
    // The policy of the server forbids data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/worker/sw.ts' },
      output: {
        // A worker governs what lies beside it and below; its address may not change.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // One file for what every page needs: it compresses better and outlives our releases.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              priority: 30,
              // Links and the observers of lists and mutations belong to the pages.
              test: /^(?!.*[\\/](link|useInfiniteQuery|infiniteQueryObserver|mutationObserver|useMutation|useSuspenseQuery)\.(m?js)).*node_modules[\\/](react|react-dom|scheduler|@tanstack|use-intl|openapi-fetch|use-sync-external-store)[\\/]/,
            },
            {
              // Every page begins with these: they stay out of the next.
              name: 'base',
              priority: 20,
              test: /[\\/]src[\\/](?:api[\\/](?:client|session)|lib[\\/](?:prefs|view-key|title)|ui[\\/](?:button|logo))\.tsx?$|preload-helper/,
            },
            {
              // What the pages of an agent share: one file instead of thirty of a kilobyte, which a
              // slow network fetches six at a time.
              name: 'desk',
              priority: 10,
              test: /[\\/]src[\\/](?:ui[\\/](?:bits|cut|foot|icon-button|nav-link|states|toasts|segments|view-count)|lib[\\/](?:i18n|time|hooks|views|install|presence|thread|knowledge|macros|text|sla|drafts|outbox|keys)|api[\\/](?:queries|lead-queries)|features[\\/]inbox[\\/]use-views|features[\\/]thread[\\/](?:use-refusal|message-text))\.tsx?$/,
            },
            {
              // Icons of several pages come as one file instead of many of a few lines.
              name: 'icons',
              test: /[\\/]lucide-react[\\/]/,
              minShareCount: 3,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': {
        // Where `cargo xtask run` serves.
        target: process.env.RELAIS_API ?? 'http://127.0.0.1:8080',
        // The server compares the origin of a change with its own address.
        changeOrigin: false,
      },
    },
  },
});
