// The server under test, for the length of one run.
//   npm run e2e                                starts ../target/debug/relais on a free port
//   RELAIS_BIN=… npm run e2e                   starts another binary
//   RELAIS_URL=… CLAIM_URL=… npm run e2e       uses one that runs already
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    url: string;
    claimUrl: string;
  }
}

const WAIT_MS = 30_000;
const ROOT = join(import.meta.dirname, '..');

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | void> {
  const { RELAIS_URL: url, CLAIM_URL: claimUrl } = process.env;
  if (url && claimUrl) {
    project.provide('url', url);
    project.provide('claimUrl', claimUrl);
    return;
  }
  const server = await start();
  project.provide('url', server.url);
  project.provide('claimUrl', server.claimUrl);
  return server.stop;
}

/** A fresh demo on a free port, with more of its environment. */
export async function start(settings: Record<string, string> = {}) {
  const data = mkdtempSync(join(tmpdir(), 'relais-e2e-'));
  let child = run(data, '127.0.0.1:0', settings);
  const stop = async () => {
    await ended(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const { link: claimUrl, said } = await claimLink(child);
    const { origin: url, host } = new URL(claimUrl);
    return {
      url,
      claimUrl,
      /** What it printed until it waited for its owner. */
      said,
      pid: child.pid ?? 0,
      stop,
      /** Nothing is finished, nothing handed back. */
      kill: () =>
        new Promise<void>((done) => {
          child.once('exit', () => done());
          child.kill('SIGKILL');
        }),
      /** On the same data, at the same address. */
      startAgain: async () => {
        child = run(data, host, settings);
        const until = Date.now() + WAIT_MS;
        while (Date.now() < until) {
          const answer = await fetch(`${url}/readyz`).catch(() => null);
          if (answer?.ok) return;
        }
        throw new Error('the server did not come back');
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function run(data: string, listen: string, settings: Record<string, string>): ChildProcess {
  const binary = process.env.RELAIS_BIN ?? join(ROOT, '..', 'target', 'debug', 'relais');
  return spawn(resolve(binary), ['demo', '--listen', listen], {
    cwd: data,
    // Its settings come from such variables, and ours are none of them. What it calls is on this
    // machine.
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !name.startsWith('RELAIS_')),
      ),
      RELAIS_ALLOW_LOOPBACK: 'true',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The claim link is the last thing a new server prints before it waits for its owner. */
function claimLink(child: ChildProcess): Promise<{ link: string; said: string }> {
  return new Promise((found, failed) => {
    let said = '';
    const fail = (why: string) => failed(new Error(`${why}\n${said}`));
    const timer = setTimeout(() => fail('no claim link was printed'), WAIT_MS);
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      // Whole lines only: a link must not be taken before its end is there.
      const link = /(https?:\/\/\S+\/claim#\S+)\s*\n/.exec(said)?.[1];
      if (!link) return;
      clearTimeout(timer);
      found({ link, said });
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(String(error));
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      fail(`the server ended with ${code}`);
    });
  });
}

/** Asks, then insists: a run must leave no process behind. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    child.on('exit', () => {
      clearTimeout(timer);
      done();
    });
    child.kill('SIGTERM');
  });
}
