// A real Chromium that reports what must never happen: policy violations, other hosts, script errors.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export interface Watch {
  violations: string[];
  foreign: string[];
  errors: string[];
}

export function executable(): string {
  return process.env.CHROMIUM ?? '/usr/bin/chromium';
}

let running: Promise<Browser> | undefined;

/** One for all that is told one after another; it ends with its process. */
export function launch(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath: executable(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return running;
}

/** Closes all its windows, and what they kept is gone. */
export async function leave(browser: Browser | undefined): Promise<void> {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
}

/** Must run before the first page: the listener has to be there before any script. */
export async function watch(context: BrowserContext, baseUrl: string): Promise<Watch> {
  const seen: Watch = { violations: [], foreign: [], errors: [] };
  const host = new URL(baseUrl).host;
  await context.exposeBinding('__violation', (_source, text: string) => {
    seen.violations.push(text);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { __violation?: (text: string) => void }).__violation;
      report?.(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.host !== host) seen.foreign.push(request.url());
  });
  context.on('page', (page: Page) => {
    page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy|Trusted ?Type/i.test(text)) seen.violations.push(text);
      // The browser logs every answer ≥ 400; those are asserted where they matter.
      else if (message.type() === 'error' && !/status of 4\d\d/.test(text)) seen.errors.push(text);
    });
    page.on('pageerror', (error) => seen.errors.push(String(error)));
  });
  return seen;
}
