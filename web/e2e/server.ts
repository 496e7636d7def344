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
  const binary = process.env.RELAIS_BIN ?? join(ROOT, '..', 'target', 'debug', 'relais');
  if (url && claimUrl) {
    project.provide('url', url);
    project.provide('claimUrl', claimUrl);
    return;
  }
  const data = mkdtempSync(join(tmpdir(), 'relais-e2e-'));
  const child = spawn(resolve(binary), ['demo', '--listen', '127.0.0.1:0'], {
    cwd: data,
    // Its settings come from such variables, and ours are none of them. What it calls is on this
    // machine.
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !name.startsWith('RELAIS_')),
      ),
      RELAIS_ALLOW_LOOPBACK: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await ended(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const link = await claimLink(child);
    project.provide('url', new URL(link).origin);
    project.provide('claimUrl', link);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** The claim link is the last thing a new server prints before it waits for its owner. */
function claimLink(child: ChildProcess): Promise<string> {
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
      found(link);
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
