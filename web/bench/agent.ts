// An agent at work as the web app works: a stream of hints, lists that read what moved, counts at
// their distance (`src/lib/live.ts`), and now and then another conversation.
import { Agent as Connections } from 'node:http';
import { ask, listen, type Times } from './asked.ts';

/** Most look at everything that is open, as the page opens. */
const VIEWS = [
  { q: 'is:open is:awake', sort: 'due' },
  { q: 'is:open is:awake', sort: 'due' },
  { q: 'is:mine is:awake', sort: 'due' },
  { q: 'is:queue is:awake', sort: 'due' },
  { q: 'is:bot', sort: 'newest' },
];
const MOST_IDS = 32;
const ID_AT = '{"conversation":"'.length;
const OPENS_EVERY_MS = 10_000;

export class LoadAgent {
  #port: number;
  #from: string;
  #cookie = '';
  #times: Times;
  #connections = new Connections({ keepAlive: true, maxSockets: 5 });
  #view: { q: string; sort: string };
  #moved = new Set<string>();
  #isReading = false;
  #readMs = 0;
  #isOver = false;
  #dueAt = new Map<string, number>();
  #waits = new Set<string>();
  #timers = new Set<NodeJS.Timeout>();
  #stop: () => void = () => undefined;
  #listed: string[] = [];
  #open = '';
  hints = 0;

  constructor(port: number, number: number, times: Times) {
    this.#port = port;
    this.#from = `127.0.${1 + Math.floor(number / 200)}.${1 + (number % 200)}`;
    this.#times = times;
    this.#view = VIEWS[number % VIEWS.length] as (typeof VIEWS)[number];
  }

  async accept(token: string) {
    const body = JSON.stringify({ token, password: 'a long load password' });
    const answer = await this.#ask('POST', '/api/v1/links/accept', body);
    if (!answer.cookie) throw new Error(`invitation: ${answer.status} ${answer.body}`);
    this.#cookie = answer.cookie;
  }

  async start() {
    const stream = listen(this.#port, this.#from, this.#cookie, (name, data) =>
      this.#hear(name, data),
    );
    this.#stop = stream.stop;
    await stream.ready;
    await this.#list();
    const again = () => {
      void this.#openOne();
      this.#after(OPENS_EVERY_MS * (0.5 + Math.random()), again);
    };
    this.#after(OPENS_EVERY_MS * Math.random(), again);
  }

  async act(conversation: string, action: object) {
    const body = JSON.stringify(action);
    return this.#ask('POST', `/api/v1/conversations/${conversation}/actions`, body, 'act');
  }

  end() {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stop();
    this.#connections.destroy();
  }

  #hear(name: string, data: string) {
    if (name === 'lists') this.#later('everything', 0, 3_000, () => this.#everything());
    if (name !== 'hint') return;
    this.hints += 1;
    // Cheaper than to parse it: two hundred agents hear the same in one process.
    const id = data.slice(ID_AT, ID_AT + 36);
    this.#moved.add(id);
    this.#readSoon();
    if (id === this.#open) this.#later('open', 0, 0, () => this.#events(true));
    this.#later('all', 15_000, 15_000, () => this.#list());
    this.#later('counts', 400, 2_000, () => this.#get('/api/v1/views', 'views'));
    this.#later('agents', 1_000, 5_000, () => this.#get('/api/v1/agents', 'agents'));
    this.#later('teams', 1_000, 5_000, () => this.#get('/api/v1/teams', 'teams'));
  }

  #readSoon() {
    if (this.#isReading) return;
    this.#later('moved', 40, Math.max(200, 2 * this.#readMs), async () => {
      const ids = [...this.#moved];
      this.#moved.clear();
      this.#isReading = true;
      const begun = performance.now();
      if (ids.length > 3 * MOST_IDS) await this.#list();
      else
        for (; ids.length > 0; ) {
          const part = ids.splice(0, MOST_IDS).join();
          await this.#get(`/api/v1/conversations?${this.#query()}&ids=${part}`, 'moved');
        }
      this.#readMs = performance.now() - begun;
      this.#isReading = false;
      if (this.#moved.size > 0) this.#readSoon();
    });
  }

  #query() {
    return new URLSearchParams(this.#view).toString();
  }

  async #list() {
    const answer = await this.#get(`/api/v1/conversations?${this.#query()}&limit=100`, 'list');
    const { items } = JSON.parse(answer) as { items: { id: string }[] };
    this.#listed = items.map((line) => line.id);
  }

  async #openOne() {
    const id = this.#listed[Math.floor(Math.random() * this.#listed.length)];
    if (!id) return;
    this.#open = id;
    const begun = performance.now();
    await this.#events(false);
    this.#times.add('open', performance.now() - begun);
    const body = JSON.stringify({ doing: 'reading' });
    await this.#ask('PUT', `/api/v1/conversations/${id}/presence`, body, 'presence');
  }

  /** What the thread needs: read whole, or what came. */
  async #events(isKnown: boolean) {
    const path = `/api/v1/conversations/${this.#open}`;
    await Promise.all([
      this.#get(path, 'detail'),
      this.#get(`${path}/events?after=${isKnown ? 4 : 0}&limit=200`, 'events'),
    ]);
  }

  async #everything() {
    await Promise.all([
      this.#list(),
      ...['views', 'agents', 'teams'].map((one) => this.#get(`/api/v1/${one}`, one)),
    ]);
  }

  async #get(path: string, kind: string) {
    return (await this.#ask('GET', path, undefined, kind)).body;
  }

  async #ask(method: string, path: string, body?: string, kind?: string) {
    const answer = await ask(this.#port, method, path, {
      agent: this.#connections,
      from: this.#from,
      headers: { cookie: this.#cookie },
      ...(body === undefined ? {} : { body }),
    });
    if (kind) this.#times.add(kind, answer.ms, answer.status);
    return answer;
  }

  #later(name: string, soon: number, busy: number, run: () => Promise<unknown>) {
    if (this.#waits.has(name)) return;
    this.#waits.add(name);
    const now = Date.now();
    const late = soon * Math.random();
    const due = Math.max(now + soon + late, (this.#dueAt.get(name) ?? 0) + busy);
    this.#dueAt.set(name, due);
    this.#after(due - now, () => {
      this.#waits.delete(name);
      void run().catch((error) => this.#times.add(`${name} ${String(error)}`, 0, 999));
    });
  }

  #after(ms: number, run: () => void) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isOver) run();
    }, ms);
    this.#timers.add(timer);
  }
}
