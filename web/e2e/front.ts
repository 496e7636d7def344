// What stands around the server under test: a proxy before it, as most installations have one, which
// can bring another version of the service worker; and an address outside that it calls.
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export async function front(target: string) {
  let change: ((script: string) => string) | null = null;
  const { hostname, port } = new URL(target);
  let isCut = false;
  const server = createServer((asked, answer) => {
    const { url, method, headers } = asked;
    if (isCut) {
      asked.socket.destroy();
      return;
    }
    const passed = request({ hostname, port, path: url, method, headers }, (from) => {
      const isWorker = url === '/sw.js' && change !== null;
      if (!isWorker) {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(answer);
        return;
      }
      let script = '';
      from.setEncoding('utf8').on('data', (part: string) => {
        script += part;
      });
      from.on('end', () => {
        const { 'content-length': _, ...rest } = from.headers;
        answer.writeHead(200, rest);
        answer.end(change?.(script));
      });
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    // Text that can be changed, whatever the browser would take.
    if (url === '/sw.js') passed.removeHeader('accept-encoding');
    asked.pipe(passed);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Every connection breaks, and none comes through until `mend`. */
    cut: () => {
      isCut = true;
      server.closeAllConnections();
    },
    mend: () => {
      isCut = false;
    },
    bring: (next: (script: string) => string) => {
      change = next;
    },
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Heard {
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Takes what is sent to it; `heard` is the first of it. */
export async function listen() {
  let tell: (heard: Heard) => void = () => undefined;
  const heard = new Promise<Heard>((told) => {
    tell = told;
  });
  const server = createServer((asked, answer) => {
    let body = '';
    asked.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    asked.on('end', () => {
      answer.writeHead(201).end();
      tell({ url: asked.url, headers: asked.headers, body });
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
