// Requests of a load, and how long each kind took.
import { Agent, type IncomingMessage, request } from 'node:http';

export interface Asked {
  status: number;
  cookie: string | undefined;
  body: string;
  ms: number;
}

interface Wish {
  body?: string;
  headers?: Record<string, string>;
  agent?: Agent;
  from?: string;
}

const shared = new Agent({ keepAlive: true, maxSockets: 24 });

export function ask(port: number, method: string, path: string, wish: Wish = {}): Promise<Asked> {
  const begun = performance.now();
  return new Promise((done, failed) => {
    const headers = {
      origin: `http://127.0.0.1:${port}`,
      ...(wish.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...wish.headers,
    };
    const { agent = shared, from: localAddress } = wish;
    const options = { host: '127.0.0.1', port, method, path, headers, agent, localAddress };
    const asked = request(options, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      answer.on('end', () =>
        done({
          status: answer.statusCode ?? 0,
          cookie: answer.headers['set-cookie']?.[0]?.split(';')[0],
          body,
          ms: performance.now() - begun,
        }),
      );
      answer.on('error', failed);
    });
    asked.on('error', (error) => {
      // A connection that was kept may be closed by the server: browsers ask again.
      if (asked.reusedSocket && method === 'GET') {
        ask(port, method, path, wish).then(done, failed);
      } else {
        failed(error);
      }
    });
    asked.end(wish.body);
  });
}

/** A stream of events; ends with `stop`. */
export function listen(
  port: number,
  from: string,
  cookie: string,
  onEvent: (name: string, data: string) => void,
) {
  let answer: IncomingMessage | undefined;
  const options = {
    host: '127.0.0.1',
    port,
    path: '/api/v1/stream',
    headers: { cookie, accept: 'text/event-stream' },
    agent: false as const,
    localAddress: from,
  };
  const ready = new Promise<void>((open, failed) => {
    const asked = request(options, (heard) => {
      answer = heard;
      if (heard.statusCode !== 200) failed(new Error(`stream: ${heard.statusCode}`));
      open();
      let rest = '';
      heard.setEncoding('utf8').on('data', (part: string) => {
        const blocks = (rest + part).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          if (!block.startsWith('event: ')) continue;
          const end = block.indexOf('\n');
          onEvent(block.slice(7, end), block.slice(end + 7));
        }
      });
      heard.on('error', () => undefined);
    });
    asked.on('error', failed);
    asked.end();
  });
  return { ready, stop: () => answer?.destroy() };
}

/** How long each kind of request took, and what was refused. */
export class Times {
  #all = new Map<string, number[]>();
  #refused = new Map<string, number>();
  #isOn = false;

  begin() {
    this.#isOn = true;
  }

  end() {
    this.#isOn = false;
  }

  add(kind: string, ms: number, status = 200) {
    if (!this.#isOn) return;
    if (status >= 300) {
      const name = `${kind}: ${status}`;
      this.#refused.set(name, (this.#refused.get(name) ?? 0) + 1);
      return;
    }
    const list = this.#all.get(kind) ?? [];
    list.push(ms);
    this.#all.set(kind, list);
  }

  /** Count, then the values at 50, 95 and 99 of a hundred. */
  of(kind: string) {
    const list = [...(this.#all.get(kind) ?? [])].sort((a, b) => a - b);
    const at = (share: number) => list[Math.round((list.length - 1) * share)] ?? Number.NaN;
    return { count: list.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), worst: at(1) };
  }

  kinds() {
    return [...this.#all.keys()].sort();
  }

  refused() {
    return [...this.#refused];
  }
}
