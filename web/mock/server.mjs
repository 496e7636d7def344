// A server of the API for development only: in memory, one process, no rules worth the name.
// It serves dist/ under the policy of the real server, so that a violation shows here first.
//   PORT=4170 UNCLAIMED=1 node mock/server.mjs
import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { AGENTS, PERSONAS, SNIPPETS, seed, TEAMS, TEMPLATES } from './seed.mjs';

const PORT = Number(process.env.PORT ?? 4170);
const DIST = join(import.meta.dirname, '..', 'dist');
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
  "font-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; " +
  "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types relais";

const token = randomBytes(16).toString('hex');
const users = [];
const sessions = new Map();
const seen = new Map();
const streams = new Set();
const phones = new Map();
const agents = AGENTS.map((agent) => ({ ...agent }));
const conversations = new Map();
let nextNumber = 1900;
let position = 1000;
let seq = 0;

if (!process.env.UNCLAIMED) {
  users.push({
    id: randomUUID(),
    login: 'camille@example.test',
    name: 'Camille Roy',
    role: 'owner',
    agent_key: 'camille',
    password: 'demo-demo-demo',
  });
}
for (const one of seed(() => ++position)) conversations.set(one.id, one);

const now = () => new Date().toISOString();
const later = (ms) => new Date(Date.now() + ms).toISOString();

function problem(res, status, slug, title, detail = '') {
  const id = randomBytes(4).toString('hex').toUpperCase();
  send(
    res,
    status,
    { type: `/problems/${slug}`, title, status, detail, request_id: id },
    'application/problem+json',
  );
}
function send(res, status, body, type = 'application/json') {
  res.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(body === undefined ? undefined : JSON.stringify(body));
}
function hint(conversation) {
  for (const stream of streams) {
    stream.write(
      `event: hint\ndata: ${JSON.stringify({ conversation: conversation.id, position: conversation.position, status: conversation.status, team: conversation.team })}\n\n`,
    );
    stream.write('event: counts\ndata: {}\n\n');
  }
}
function add(conversation, kind, by, extra = {}) {
  const event = {
    position: ++position,
    at: now(),
    kind,
    by,
    author: null,
    message: null,
    sent_at: null,
    is_late: false,
    note: null,
    change: null,
    trace: null,
    ...extra,
  };
  conversation.events.push(event);
  conversation.position = event.position;
  return event;
}
function say(conversation, by, text, { buttons = null, author = null, trace = null } = {}) {
  const event = add(conversation, 'message_sent', by, {
    author,
    trace,
    message: {
      id: randomUUID(),
      type: buttons ? 'interactive' : 'text',
      text,
      buttons,
      media: null,
      delivery: 'queued',
      error: null,
    },
  });
  conversation.preview = `${by === 'agent' ? author.split(' ')[0] : 'Assistant'} : ${text}`;
  conversation.last_message_at = event.at;
  const steps = ['sent', 'delivered', 'read'];
  for (const [i, delivery] of steps.entries()) {
    setTimeout(
      () => {
        event.message.delivery = delivery;
        if (i === 1) {
          const type = event.message.type;
          phone(conversation.contact.phone, { by, direction: 'outbound', type, text, buttons });
        }
        hint(conversation);
      },
      120 * (i + 1),
    );
  }
}
function phone(contact, message) {
  const list = phones.get(contact) ?? [];
  list.push({ seq: ++seq, at: now(), ...message });
  phones.set(contact, list);
}
const noTrace = (node) => ({
  rules: [
    { rule: 'keyword', score: 0, threshold: 0.5, fired: false, quotes: [] },
    { rule: 'sentiment', score: 0, threshold: 0.5, fired: false, quotes: [] },
  ],
  winner: null,
  node,
});

function receive(from, name, text) {
  let one = [...conversations.values()]
    .filter((c) => c.contact.phone === from)
    .sort((a, b) => b.number - a.number)[0];
  const isRating = one?.status === 'resolved' && one.csat === null && /^[1-5]\b/.test(text);
  if (!one || (one.status === 'resolved' && !isRating)) {
    one = {
      id: randomUUID(),
      number: ++nextNumber,
      contact: { id: randomUUID(), name, phone: from },
      status: 'bot',
      assignee: null,
      team: null,
      tier: 1,
      priority: 'normal',
      is_vip: false,
      is_deferred: false,
      reason: null,
      language: 'fr',
      preview: '',
      unread: 0,
      last_message_at: now(),
      waiting_since: null,
      reply_due_at: null,
      window_closes_at: null,
      is_sample: false,
      summary: null,
      reasons: [],
      topic: null,
      orders: [],
      segment: 'standard',
      tags: [],
      escalations: 0,
      failures: 0,
      csat: null,
      csat_comment: null,
      linked_previous: one?.id ?? null,
      bot_active: true,
      position: 0,
      owner_epoch: 0,
      opened_at: now(),
      resolved_at: null,
      handoff: null,
      events: [],
    };
    conversations.set(one.id, one);
    add(one, 'opened', 'system');
  }
  const event = add(one, 'message_received', 'customer', {
    sent_at: now(),
    message: { id: randomUUID(), type: 'text', text, buttons: null, media: null },
  });
  one.preview = text;
  one.last_message_at = event.at;
  one.window_closes_at = later(24 * 3_600_000);
  if (one.status !== 'bot') one.unread += 1;
  if (isRating) {
    one.csat = Number(text[0]);
    one.csat_comment = text.slice(1).trim() || null;
    add(one, 'rated', 'customer', { change: { score: one.csat, comment: one.csat_comment } });
    say(one, 'bot', 'Merci pour votre avis 🙏');
  } else if (one.status === 'human' && one.waiting_since === null) {
    one.waiting_since = now();
    one.reply_due_at = later(15 * 60_000);
  } else if (one.status === 'bot') answer(one, text);
  hint(one);
  return one;
}
function answer(one, text) {
  const low = text.toLowerCase();
  const word = /(agent|humain|conseiller|remboursement|human)/.exec(low);
  if (low.trim() === '3' || low === 'agent_menu' || word) {
    const start = word ? word.index : 0;
    const end = start + (word ? word[0].length : text.length);
    const quote = { start, end, text: text.slice(start, end) };
    const rule = word ? 'keyword' : 'manual';
    const trace = {
      rules: [
        { rule: 'safety', score: 0, threshold: 0.5, fired: false, quotes: [] },
        { rule, score: 1, threshold: 0.5, fired: true, quotes: [quote] },
        { rule: 'sentiment', score: 0.1, threshold: 0.5, fired: false, quotes: [] },
      ],
      winner: rule,
      node: 'handoff',
    };
    Object.assign(one, {
      status: 'queued',
      team: 'general',
      tier: 2,
      reason: rule,
      reasons: [rule],
      waiting_since: now(),
      reply_due_at: later(15 * 60_000),
      escalations: 1,
      bot_active: false,
      summary: 'Demande à parler à une personne.',
      unread: 1,
    });
    one.owner_epoch += 1;
    one.handoff = {
      at: now(),
      reason: rule,
      reasons: [rule],
      team: 'general',
      tier: 2,
      evidence: [{ rule, quote: quote.text }],
    };
    add(one, 'escalated', 'bot', {
      change: { reason: rule, reasons: [rule], team: 'general', tier: 2 },
    });
    say(
      one,
      'bot',
      'Je vous transfère à un agent du support qui pourra vous aider davantage. Veuillez patienter un instant (environ 2 min).',
    );
    add(one, 'turn_decided', 'system', { trace });
  } else if (low.trim() === '1')
    say(
      one,
      'bot',
      'Quel est votre numéro de commande ? Il commence par ML-. Pour une personne, répondez 3.',
      { trace: noTrace('ask_order') },
    );
  else {
    say(
      one,
      'bot',
      'Bonjour ! Bienvenue chez Maison Lumière 💡 Répondez 1 pour le suivi de votre commande, 2 pour la FAQ ou 3 pour parler à un agent.',
      {
        buttons: [
          { title: 'Suivre ma commande', payload: '1' },
          { title: 'FAQ', payload: '2' },
          { title: 'Parler à un agent', payload: '3' },
        ],
        trace: noTrace('welcome'),
      },
    );
  }
}

const line = ({ events: _e, ...rest }) => rest;

async function body(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return chunks.length ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {};
}
function userOf(req) {
  const id = /relais=([a-f0-9]+)/.exec(req.headers.cookie ?? '')?.[1];
  return id ? sessions.get(id) : undefined;
}
function signIn(res, status, user) {
  const id = randomBytes(16).toString('hex');
  sessions.set(id, user);
  res.setHeader('set-cookie', `relais=${id}; Path=/; HttpOnly; SameSite=Lax`);
  send(res, status, { user: publicUser(user) });
}
const publicUser = ({ password: _p, ...user }) => user;

async function act(req, res, user, id) {
  const one = conversations.get(id);
  if (!one) return problem(res, 404, 'not_found', 'Conversation not found');
  const key = req.headers['idempotency-key'];
  const input = await body(req);
  if (key && seen.has(key)) return send(res, 200, { result: 'ok' });
  const me = { key: user.agent_key ?? user.id, name: user.name };
  const agent = agents.find((a) => a.key === me.key);
  switch (input.do) {
    case 'take':
      if (one.status === 'human')
        return problem(res, 409, 'already_taken', 'Already taken', `${one.assignee.name} holds it`);
      Object.assign(one, {
        status: 'human',
        assignee: me,
        bot_active: false,
        unread: 0,
        team: one.team ?? 'general',
        tier: one.tier ?? 2,
        reply_due_at: later(15 * 60_000),
      });
      one.owner_epoch += 1;
      if (agent) agent.load += 1;
      add(one, 'taken', 'agent', { author: user.name, change: { agent: me } });
      break;
    case 'reply':
      if (one.status !== 'human' || one.assignee?.key !== me.key)
        return problem(res, 409, 'not_in_queue', 'Not yours');
      if (
        !input.template &&
        (one.window_closes_at === null || Date.parse(one.window_closes_at) < Date.now())
      )
        return problem(res, 422, 'window_closed', 'The window is closed');
      Object.assign(one, { waiting_since: null, reply_due_at: null, unread: 0 });
      say(
        one,
        'agent',
        input.text ?? TEMPLATES.find((t) => t.name === input.template)?.body ?? '',
        { author: user.name },
      );
      break;
    case 'note':
      add(one, 'note_added', 'agent', { author: user.name, note: input.text });
      break;
    case 'transfer': {
      const team = TEAMS.find((t) => t.key === input.team);
      if (!team) return problem(res, 422, 'unknown_team', 'Unknown team');
      if (one.assignee && agent) agent.load -= 1;
      Object.assign(one, {
        status: 'queued',
        assignee: null,
        team: team.key,
        tier: team.tier,
        waiting_since: now(),
        reply_due_at: later(10 * 60_000),
      });
      one.owner_epoch += 1;
      if (input.text) add(one, 'note_added', 'agent', { author: user.name, note: input.text });
      add(one, 'transferred', 'agent', {
        author: user.name,
        change: { team: team.key, tier: team.tier },
      });
      break;
    }
    case 'return_to_bot':
      if (one.assignee && agent) agent.load -= 1;
      Object.assign(one, {
        status: 'bot',
        assignee: null,
        waiting_since: null,
        reply_due_at: null,
        bot_active: true,
      });
      one.owner_epoch += 1;
      add(one, 'returned_to_bot', 'agent', { author: user.name });
      break;
    case 'resolve':
      if (one.assignee && agent) agent.load -= 1;
      Object.assign(one, {
        status: 'resolved',
        resolved_at: now(),
        waiting_since: null,
        reply_due_at: null,
      });
      one.owner_epoch += 1;
      add(one, 'resolved', 'agent', { author: user.name });
      say(
        one,
        'bot',
        'Votre demande est close. Comment notez-vous notre aide, de 1 (très insatisfait) à 5 (très satisfait) ?',
      );
      break;
    default:
      return problem(res, 422, 'invalid', 'Unknown action');
  }
  if (key) seen.set(key, true);
  hint(one);
  send(res, 200, { result: 'ok' });
}

async function route(req, res) {
  const url = new URL(req.url, 'http://localhost');
  const path = url.pathname;
  const get = (name) => url.searchParams.get(name);
  if (!path.startsWith('/api/')) return file(res, path);
  if (path === '/api/v1/instance')
    return send(res, 200, {
      name: 'Maison Lumière',
      version: '0.1.0',
      is_claimed: users.length > 0,
      is_demo: true,
      languages: ['fr', 'en'],
    });
  if (path === '/api/v1/claim' && req.method === 'POST') {
    const input = await body(req);
    if (users.length > 0 || input.token !== token)
      return problem(res, 410, 'claim_gone', 'This link no longer works');
    const user = {
      id: randomUUID(),
      login: input.login,
      name: input.name,
      role: 'owner',
      agent_key: 'camille',
      password: input.password,
    };
    users.push(user);
    return signIn(res, 201, user);
  }
  const user = userOf(req);
  if (path === '/api/v1/session') {
    if (req.method === 'POST') {
      const input = await body(req);
      const found = users.find((u) => u.login === input.login && u.password === input.password);
      return found
        ? signIn(res, 200, found)
        : problem(res, 401, 'wrong_credentials', 'Wrong login or password');
    }
    if (!user) return problem(res, 401, 'unauthenticated', 'Not signed in');
    if (req.method === 'DELETE') {
      for (const [id, one] of sessions) if (one === user) sessions.delete(id);
      return send(res, 204);
    }
    return send(res, 200, { user: publicUser(user) });
  }
  if (!user) return problem(res, 401, 'unauthenticated', 'Not signed in');
  const all = [...conversations.values()];
  switch (path) {
    case '/api/v1/teams':
      return send(res, 200, {
        items: TEAMS.map((t) => ({
          ...t,
          queued: all.filter((c) => c.status === 'queued' && c.team === t.key).length,
        })),
      });
    case '/api/v1/agents':
      return send(res, 200, { items: agents });
    case '/api/v1/templates':
      return send(res, 200, { items: TEMPLATES });
    case '/api/v1/snippets':
      return send(res, 200, { items: SNIPPETS });
    case '/api/v1/conversations/counts': {
      const counts = new Map();
      for (const c of all.filter((one) => one.status !== 'resolved')) {
        const key = `${c.status}|${c.team}`;
        counts.set(key, {
          status: c.status,
          team: c.team,
          count: (counts.get(key)?.count ?? 0) + 1,
        });
      }
      return send(res, 200, { items: [...counts.values()] });
    }
    case '/api/v1/conversations': {
      const q = (get('q') ?? '').toLowerCase();
      const found = all
        .filter((c) => !get('status') || get('status').split(',').includes(c.status))
        .filter((c) => !get('team') || c.team === get('team'))
        .filter((c) => !get('assignee') || c.assignee?.key === get('assignee'))
        .filter(
          (c) =>
            q === '' ||
            `${c.contact.name} ${c.contact.phone} ${c.preview}`.toLowerCase().includes(q),
        )
        .sort((a, b) => b.last_message_at.localeCompare(a.last_message_at));
      const from = Number(get('cursor') ?? 0);
      const limit = Number(get('limit') ?? 50);
      return send(res, 200, {
        items: found.slice(from, from + limit).map(line),
        next_cursor: from + limit < found.length ? String(from + limit) : null,
      });
    }
    case '/api/v1/simulator/personas':
      return send(res, 200, { items: PERSONAS });
    case '/api/v1/simulator/messages':
      if (req.method === 'POST') {
        const input = await body(req);
        phone(input.from, {
          by: 'customer',
          direction: 'inbound',
          type: 'text',
          text: input.text ?? input.payload,
          buttons: null,
        });
        receive(input.from, input.name, input.payload ?? input.text);
        return send(res, 202, {});
      }
      return send(res, 200, {
        items: (phones.get(get('contact')) ?? []).filter((m) => m.seq > Number(get('after') ?? 0)),
      });
    case '/api/v1/stream':
      res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      res.write(': hello\n\n');
      streams.add(res);
      req.on('close', () => streams.delete(res));
      return;
  }
  const availability = /^\/api\/v1\/agents\/([^/]+)\/availability$/.exec(path);
  if (availability) {
    const agent = agents.find((a) => a.key === availability[1]);
    if (!agent) return problem(res, 404, 'not_found', 'No such agent');
    agent.availability = (await body(req)).availability;
    return send(res, 200, agent);
  }
  const deep = /^\/api\/v1\/conversations\/([^/]+)(\/events|\/actions)?$/.exec(path);
  if (deep) {
    const one = conversations.get(deep[1]);
    if (!one) return problem(res, 404, 'not_found', 'Conversation not found');
    if (deep[2] === '/actions') return act(req, res, user, deep[1]);
    if (deep[2] === '/events') {
      const after = Number(get('after') ?? 0);
      return send(res, 200, {
        items: one.events.filter((e) => e.position > after),
        next_cursor: null,
      });
    }
    return send(res, 200, line(one));
  }
  problem(res, 404, 'not_found', 'No such address');
}

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};
async function file(res, path) {
  const wanted = normalize(join(DIST, path));
  const isFile = wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile();
  // A missing chunk is a 404; only pages get the shell.
  if (!isFile && extname(path) !== '') return problem(res, 404, 'not_found', 'No such file');
  const target = isFile ? wanted : join(DIST, 'index.html');
  res.writeHead(200, {
    'content-type': TYPES[extname(target)] ?? 'application/octet-stream',
    'content-security-policy': CSP,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  createReadStream(target).pipe(res);
}

const server = createServer((req, res) => {
  route(req, res).catch?.((error) =>
    problem(res, 500, 'internal', 'Internal error', String(error)),
  );
});
server.listen(PORT, '127.0.0.1', () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  console.log(base);
  if (users.length === 0) console.log(`${base}/claim#${token}`);
});
setInterval(() => {
  for (const stream of streams) stream.write(': ping\n\n');
}, 15_000).unref();
