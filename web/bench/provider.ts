// The WhatsApp side of a load: a Graph API that takes every send and reports on it, and customers
// whose messages come as signed webhooks.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Asked, ask } from './asked.ts';

const SECRET = 'load-app-secret';
export const NUMBER = '800000000000001';
export const CHANNEL = {
  name: 'Load',
  phone_number_id: NUMBER,
  waba_id: '900000000000001',
  token: 'load-token',
  app_secret: SECRET,
  verify_token: 'load-verify',
};

/** Takes every send; reports on it to the hook of the channel that `POST /hook` names. */
export async function graph() {
  let sent = 0;
  const last: string[] = [];
  let report: ((id: string, to: string) => Promise<void>) | null = null;
  const server = createServer((asked, answer) => {
    let body = '';
    asked.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    asked.on('end', () => {
      if (asked.url === '/hook') {
        const { port, channel } = JSON.parse(body) as { port: number; channel: string };
        ({ report } = hookOf(port, channel));
        answer.end();
        return;
      }
      if (asked.url?.includes('/message_templates')) {
        answer.writeHead(200, { 'content-type': 'application/json' });
        answer.end(JSON.stringify({ data: TEMPLATES }));
        return;
      }
      const to = /"to":"\+?(\d+)"/.exec(body)?.[1] ?? '';
      sent += 1;
      last.push(body);
      if (last.length > 100) last.shift();
      const id = `wamid.out.${sent}`;
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ messaging_product: 'whatsapp', messages: [{ id }] }));
      if (to !== '') report?.(id, to).catch(() => undefined);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    port: (server.address() as AddressInfo).port,
    /** The newest of what was sent. */
    last,
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What is told to the hook of the number; answers how long that took. */
export function hookOf(port: number, channel: string) {
  const post = (value: object): Promise<Asked> => {
    const change = { field: 'messages', value: { ...META, ...value } };
    const entry = [{ id: CHANNEL.waba_id, changes: [change] }];
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    return ask(port, 'POST', `/hooks/whatsapp/${channel}`, {
      body,
      headers: { 'x-hub-signature-256': `sha256=${signature}` },
    });
  };
  return {
    /** The address opened as the provider verifies it. */
    verify: (token: string) =>
      ask(
        port,
        'GET',
        `/hooks/whatsapp/${channel}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`,
      ),
    write: (from: string, name: string, id: string, text: string, at = Date.now()) =>
      post({
        contacts: [{ profile: { name }, wa_id: from }],
        messages: [{ from, id, timestamp: seconds(at), type: 'text', text: { body: text } }],
      }),
    report: async (id: string, to: string) => {
      for (const status of ['sent', 'delivered', 'read']) {
        await post({ statuses: [{ id, status, timestamp: seconds(), recipient_id: to }] });
      }
    },
  };
}

const META = {
  messaging_product: 'whatsapp',
  metadata: { display_phone_number: '33465712020', phone_number_id: NUMBER },
};

const seconds = (at = Date.now()) => String(Math.floor(at / 1_000));

/** What the account may send outside the session window. */
const TEMPLATES = [
  {
    name: 'reprise_contact',
    language: 'fr',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [{ type: 'BODY', text: 'Bonjour, nous avons une réponse à votre demande.' }],
  },
];
