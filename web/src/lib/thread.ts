// Folds the events of a conversation into what the thread shows: one rail per owner, a sentence
// at each change, assistant turns in one line. Pure.
import type { RuleTrace, ThreadEvent, Trace } from '../api/types.ts';
import { locate, type Mark } from './text.ts';
import { dayKey } from './time.ts';

export type Owner = 'bot' | 'queue' | 'agent' | 'done';

export interface MessageEntry {
  type: 'message';
  event: ThreadEvent;
  marks: Mark[];
}
export interface TurnEntry {
  type: 'turn';
  events: ThreadEvent[];
  trace: Trace | null;
  isLive: boolean;
}
export interface NoteEntry {
  type: 'note';
  event: ThreadEvent;
}
export interface DayEntry {
  type: 'day';
  at: string;
}
export type LeafEntry = MessageEntry | TurnEntry | NoteEntry | DayEntry;
export interface GroupEntry {
  type: 'group';
  exchanges: number;
  entries: LeafEntry[];
  trace: Trace | null;
}
export type Entry = LeafEntry | GroupEntry;

export interface EpisodeRow {
  type: 'episode';
  key: number;
  owner: Owner;
  entries: Entry[];
}
export interface ChangeRow {
  type: 'change';
  key: number;
  owner: Owner;
  event: ThreadEvent;
  trace: Trace | null;
  /** How long the customer had waited, for the moment someone takes over. */
  waited: number | null;
}
export type Row = EpisodeRow | ChangeRow;

export interface Fold {
  rows: Row[];
  owner: Owner;
  queuedAt: string | null;
  takenAt: string | null;
}

const OWNER_AFTER: Record<string, Owner> = {
  opened: 'bot',
  imported: 'agent',
  escalated: 'queue',
  rerouted: 'queue',
  transferred: 'queue',
  requeued: 'queue',
  deferred: 'queue',
  taken: 'agent',
  assigned: 'agent',
  returned: 'bot',
  returned_to_bot: 'bot',
  resolved: 'done',
};

/** Shown as a sentence, without changing who holds the conversation. */
const SENTENCES = new Set([
  'rated',
  'handoff_rated',
  'quarantined',
  'opted_out',
  'contact_rectified',
  'snoozed',
  'woken',
  'prioritised',
  'tagged',
  'untagged',
]);

/** What the flow does of this kind is no news for people. */
const BY_PEOPLE = new Set(['tagged', 'untagged', 'prioritised', 'contact_rectified']);

/** Replies that never left: for the customer they were never written. */
function takenBack(events: readonly ThreadEvent[]): ReadonlySet<unknown> {
  const gone = events.filter((event) => event.kind === 'message_taken_back');
  return new Set(gone.map((event) => event.change?.message));
}

export function isMessage(event: ThreadEvent): boolean {
  return event.message !== null;
}

/** Quotes of the rules in this message, in UTF-16 positions of its text. */
export function marksOf(text: string, traces: readonly Trace[]): Mark[] {
  const marks: Mark[] = [];
  for (const trace of traces) {
    for (const rule of trace.rules) {
      for (const quote of rule.quotes) {
        const place = locate(text, quote);
        if (place) marks.push({ ...place, rule: rule.rule, fired: rule.fired });
      }
    }
  }
  return marks;
}

/** Whether a rule decided the turn: the winner may be named without its topic. */
export function isWinner(rule: RuleTrace, winner: string | null): boolean {
  if (winner === null) return false;
  return rule.rule === winner || (rule.fired && rule.rule.startsWith(`${winner}:`));
}

/** What was said in the phone app was opened there, by people: no assistant greeted. */
export function asImported(events: readonly ThreadEvent[]): ThreadEvent[] {
  return events.map((event) => (event.kind === 'opened' ? { ...event, kind: 'imported' } : event));
}

export function foldThread(events: readonly ThreadEvent[]): Fold {
  const rows: Row[] = [];
  let owner: Owner = 'bot';
  let episode: EpisodeRow | null = null;
  let day = '';
  let queuedAt: string | null = null;
  let takenAt: string | null = null;
  let asked: { entry: MessageEntry; traces: Trace[] } | null = null;
  /** What came of the turn so far: its trace is the last thing said of it. */
  let unexplained: { trace: Trace | null }[] = [];

  const place = (event: ThreadEvent): EpisodeRow => {
    episode ??= start(event);
    const key = dayKey(event.at);
    if (day !== '' && key !== day) episode.entries.push({ type: 'day', at: event.at });
    day = key;
    return episode;
  };
  const start = (event: ThreadEvent): EpisodeRow => {
    const row: EpisodeRow = { type: 'episode', key: event.position, owner, entries: [] };
    rows.push(row);
    return row;
  };

  const gone = takenBack(events);
  for (const event of events) {
    if (event.message && gone.has(event.message.id)) continue;
    const isAsked = event.by === 'customer' && isMessage(event);
    if (isAsked) unexplained = [];
    if (event.trace) {
      for (const part of unexplained) part.trace ??= event.trace;
      unexplained = [];
      if (asked && !isAsked) asked.traces.push(event.trace);
    }
    const { trace } = event;
    if (isMessage(event)) {
      const target = place(event);
      const last = target.entries.at(-1);
      if (event.by === 'bot' && owner === 'bot') {
        const turn: TurnEntry =
          last?.type === 'turn' ? last : { type: 'turn', events: [], trace, isLive: false };
        if (turn !== last) target.entries.push(turn);
        turn.events.push(event);
        turn.trace ??= trace;
        if (turn.trace === null) unexplained.push(turn);
        continue;
      }
      const entry: MessageEntry = { type: 'message', event, marks: [] };
      target.entries.push(entry);
      if (isAsked) {
        closeQuestion(asked);
        asked = { entry, traces: event.trace ? [event.trace] : [] };
      }
      continue;
    }
    if (event.note !== null) {
      place(event).entries.push({ type: 'note', event });
      continue;
    }
    const next: Owner | undefined = OWNER_AFTER[event.kind];
    if (next === undefined && !SENTENCES.has(event.kind)) continue;
    if (BY_PEOPLE.has(event.kind) && event.by !== 'agent') continue;
    if (next === undefined || event.kind !== 'rerouted' || owner !== 'queue') {
      if (next !== undefined) settle(episode, next);
    }
    const before: Owner = owner;
    if (next !== undefined) owner = next;
    if (owner === 'queue' && before !== 'queue') queuedAt = event.at;
    let waited: number | null = null;
    if (owner === 'agent' && before !== 'agent') {
      takenAt = event.at;
      waited = queuedAt === null ? null : Date.parse(event.at) - Date.parse(queuedAt);
    }
    const change: ChangeRow = { type: 'change', key: event.position, owner, event, trace, waited };
    rows.push(change);
    if (trace === null) unexplained.push(change);
    day = day === '' ? dayKey(event.at) : day;
    episode = null;
  }
  closeQuestion(asked);

  const tail = rows.at(-1);
  if (owner === 'bot' && tail?.type === 'episode') {
    const turn = tail.entries.at(-1);
    if (turn?.type === 'turn') turn.isLive = true;
  }
  for (const row of rows) {
    const isHeld = row === tail && owner === 'bot';
    if (row.type === 'episode' && row.owner === 'bot' && !isHeld) row.entries = group(row.entries);
  }
  return { rows, owner, queuedAt, takenAt };
}

/** Rules whose evidence an agent should see while reading: mood, topic, the wish for a person. */
const TELLING = /^(keyword|sensitive|sentiment|safety|distress|emergency)\b/;

function closeQuestion(asked: { entry: MessageEntry; traces: Trace[] } | null): void {
  if (!asked) return;
  const marks = marksOf(asked.entry.event.message?.text ?? '', asked.traces);
  asked.entry.marks = marks.filter((mark) => TELLING.test(mark.rule));
}

/** The notice that closes an assistant's episode is read in full: it is what the customer was told. */
function settle(episode: EpisodeRow | null, next: Owner): void {
  if (episode?.owner !== 'bot' || next !== 'queue') return;
  const last = episode.entries.at(-1);
  if (last?.type !== 'turn') return;
  const previous = episode.entries.at(-2);
  if (previous?.type !== 'message') return;
  episode.entries.pop();
  for (const event of last.events) episode.entries.push({ type: 'message', event, marks: [] });
}

/** Everything before the last question becomes one line once it is more than one exchange. */
function group(entries: Entry[]): Entry[] {
  const asked = entries.flatMap((entry, i) =>
    entry.type === 'message' && entry.event.by === 'customer' ? [i] : [],
  );
  const last = asked.at(-1);
  if (last === undefined || asked.length < 3) return entries;
  const head = entries.slice(0, last).filter((entry) => entry.type !== 'group');
  const turn = head.findLast((entry) => entry.type === 'turn');
  const line: GroupEntry = {
    type: 'group',
    exchanges: asked.length - 1,
    entries: head,
    trace: turn?.type === 'turn' ? turn.trace : null,
  };
  return [line, ...entries.slice(last)];
}
