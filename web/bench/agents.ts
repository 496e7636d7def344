// Many agents at a busy desk: 500 open conversations, 200 agents connected, 50 messages a second.
// How long lists, conversations and the screen of one more agent take meanwhile, and what the server
// needs. Ends by itself. `cargo xtask bench agents` runs it on the release binary.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { arrive, openAlways, visit } from '../e2e/shop.ts';
import { LoadAgent } from './agent.ts';
import { ask, Times } from './asked.ts';
import { CHANNEL, hookOf } from './provider.ts';

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const AGENTS = number('AGENTS', 200);
const CUSTOMERS = number('CUSTOMERS', 500);
const RATE = number('RATE', 50);
const SECONDS = number('SECONDS', 45);
const WARM_UP_S = 8;
/** Of the customers, those who asked for a person. */
const WITH_PEOPLE = 0.6;

const BARS = { screen: 300, open: 100, list: 50, rssMib: 250 };

const QUESTIONS = [
  'quels sont les frais de livraison ?',
  'combien de temps pour un retour ?',
  'livrez-vous en Belgique ?',
  'comment payer ?',
  'avez-vous une boutique à Lyon ?',
];

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms));
const phoneOf = (n: number) => `3363998${String(n).padStart(4, '0')}`;

/** What the kernel says of the server. */
function processOf(pid: number) {
  const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  return {
    rssMib: () => Number(/^VmRSS:\s+(\d+)/m.exec(read('status'))?.[1] ?? 0) / 1_024,
    cpuSeconds: () => {
      // The name in brackets may hold spaces; the fields after it do not.
      const fields = read('stat').split(') ').at(-1)?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
  };
}

function waitingOnes(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const answer = await fetch('/api/v1/conversations?q=is%3Aqueue&sort=waiting&limit=200');
    return (await answer.json()).items.map((line: { id: string }) => line.id);
  });
}

/** Notes when each mark is on the screen for the first time. */
function watchRows(page: Page) {
  return page.evaluate(() => {
    const shown = new Map<string, number>();
    (window as unknown as { shown: typeof shown }).shown = shown;
    const list = document.querySelector('.listp');
    if (!list) throw new Error('no list');
    let isDue = false;
    const look = () => {
      isDue = false;
      for (const [mark] of list.textContent?.matchAll(/№\d+/g) ?? []) {
        if (!shown.has(mark)) shown.set(mark, Date.now());
      }
    };
    new MutationObserver(() => {
      if (isDue) return;
      isDue = true;
      // The frame in which it is painted has then begun.
      requestAnimationFrame(() => setTimeout(look));
    }).observe(list, { childList: true, subtree: true, characterData: true });
  });
}

test('the desk keeps up', async () => {
  const base = inject('url');
  const port = Number(new URL(base).port);
  const times = new Times();
  const { browser, page, seen } = await visit();
  const agents: LoadAgent[] = [];
  try {
    await arrive(page);
    await openAlways(page);
    const post = <T>(path: string, body: object) =>
      page.evaluate(
        async ([address, text]) => {
          const headers = { 'content-type': 'application/json' };
          const answer = await fetch(address, { method: 'POST', headers, body: text });
          if (!answer.ok) throw new Error(await answer.text());
          return answer.json();
        },
        [path, JSON.stringify(body)] as const,
      ) as Promise<T>;

    const channel = await post<{ id: string }>('/api/v1/channels', CHANNEL);
    const hook = hookOf(port, channel.id);
    await ask(inject('graph'), 'POST', '/hook', {
      body: JSON.stringify({ port, channel: channel.id }),
    });

    // Everybody writes once: some want a person, the others an answer.
    let written = 0;
    const write = async (n: number, text: string) => {
      written += 1;
      const answer = await hook.write(phoneOf(n), `Client ${n}`, `wamid.in.${written}`, text);
      times.add('webhook', answer.ms, answer.status);
    };
    const withPeople = Math.round(CUSTOMERS * WITH_PEOPLE);
    for (let n = 0; n < CUSTOMERS; n += 20) {
      const some = Array.from({ length: Math.min(20, CUSTOMERS - n) }, (_, i) => n + i);
      await Promise.all(
        some.map((one) => write(one, one < withPeople ? 'je veux un agent' : 'bonjour')),
      );
      await pause(200);
    }
    for (let n = 0; n < AGENTS; n += 1) {
      const user = { login: `agent${n}@load.test`, name: `Agent ${n}`, role: 'agent' };
      const { link } = await post<{ link: { path: string } }>('/api/v1/users', user);
      const agent = new LoadAgent(port, n, times);
      await agent.accept(link.path.split('#').at(-1) ?? '');
      agents.push(agent);
    }
    const open = await waitingOnes(page);
    // Each takes one, so that there are conversations in hand, and more wait.
    await Promise.all(agents.map((agent, n) => open[n] && agent.act(open[n], { do: 'take' })));
    for (const agent of agents) await agent.start();

    await page.goto(`${base}/inbox`);
    await page.getByRole('button', { name: 'Trier' }).click();
    await page.getByRole('menuitemradio', { name: 'Plus récentes' }).click();
    await page.mouse.move(1_200, 700);
    await page.getByTestId('conversation').first().waitFor();
    await watchRows(page);

    const sentAt = new Map<string, number>();
    const late: number[] = [];
    const start = performance.now();
    const all = RATE * (SECONDS + WARM_UP_S);
    const server = processOf(inject('pid'));
    let rss = 0;
    let cpu = 0;
    const look = setInterval(() => {
      rss = Math.max(rss, server.rssMib());
    }, 500);
    const flying = new Set<Promise<void>>();
    for (let n = 0; n < all; n += 1) {
      const due = start + (n * 1_000) / RATE;
      if (due > performance.now()) await pause(due - performance.now());
      late.push(performance.now() - due);
      if (n === RATE * WARM_UP_S) {
        times.begin();
        cpu = server.cpuSeconds();
      }
      const who = (n * 7) % CUSTOMERS;
      const mark = `№${n}`;
      if (who < withPeople && n >= RATE * WARM_UP_S) sentAt.set(mark, Date.now());
      const text = who < withPeople ? `${mark} où en est ma commande ?` : QUESTIONS[n % 5];
      const one: Promise<void> = write(who, text ?? '').finally(() => flying.delete(one));
      flying.add(one);
      // People answer, too.
      if (n % 10 === 0) {
        const agent = agents[(n / 10) % agents.length];
        const mine = open[(n / 10) % agents.length];
        if (mine)
          void agent?.act(mine, { do: 'reply', text: `Je regarde (${n}).`, seen: 1_000_000 });
      }
    }
    const seconds = (performance.now() - start) / 1_000 - WARM_UP_S;
    times.end();
    cpu = server.cpuSeconds() - cpu;
    clearInterval(look);
    await Promise.all(flying);
    await pause(1_000);
    const shown = await page.evaluate(
      () => [...(window as unknown as { shown: Map<string, number> }).shown] as [string, number][],
    );
    times.begin();
    for (const [mark, at] of shown) {
      const sent = sentAt.get(mark);
      if (sent !== undefined) times.add('screen', at - sent);
    }
    times.end();
    late.sort((a, b) => a - b);
    const hints = agents.reduce((sum, agent) => sum + agent.hints, 0);
    const counts = await page.evaluate(async () =>
      (await (await fetch('/api/v1/conversations/counts')).json()).items.reduce(
        (sum: number, one: { count: number }) => sum + one.count,
        0,
      ),
    );
    console.log(
      [
        `${counts} open conversations, ${agents.length} agents, ${RATE} messages/s for ${SECONDS} s`,
        `the load itself was late by ${late[Math.floor(late.length * 0.95)]?.toFixed(1)} ms (p95)`,
        ...times.kinds().map((kind) => {
          const { count, p50, p95, p99, worst } = times.of(kind);
          const ms = [p50, p95, p99, worst].map((value) => value.toFixed(1).padStart(8)).join('');
          return `${kind.padEnd(10)}${String(count).padStart(7)} (${(count / seconds).toFixed(0)}/s)${ms} ms`;
        }),
        `refused: ${JSON.stringify(times.refused())}`,
        `hints told: ${(hints / (SECONDS + WARM_UP_S)).toFixed(0)}/s; server ${(cpu / seconds).toFixed(2)} cores, RSS ${rss.toFixed(0)} MiB at most`,
      ].join('\n'),
    );
    expect(counts).toBeGreaterThanOrEqual(CUSTOMERS);
    expect(times.refused()).toEqual([]);
    expect(times.of('screen').count).toBeGreaterThan(RATE);
    expect.soft(times.of('screen').p95).toBeLessThanOrEqual(BARS.screen);
    expect.soft(times.of('open').p95).toBeLessThanOrEqual(BARS.open);
    expect.soft(times.of('list').p95).toBeLessThanOrEqual(BARS.list);
    expect.soft(times.of('moved').p95).toBeLessThanOrEqual(BARS.list);
    expect.soft(rss).toBeLessThanOrEqual(BARS.rssMib);
    expect(seen.violations).toEqual([]);
    expect(seen.foreign).toEqual([]);
  } finally {
    for (const agent of agents) agent.end();
    await browser.close();
  }
});
