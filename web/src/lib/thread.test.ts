import { describe, expect, test } from 'vitest';
import type { ThreadEvent } from '../api/types.ts';
import { eventOf, messageOf, traceOf } from './testing.ts';
import { asImported, type Entry, foldThread, isWinner, type Row } from './thread.ts';

const customer = (text: string, patch: Partial<ThreadEvent> = {}) =>
  eventOf({ message: messageOf(text), ...patch });
const bot = (text: string, patch: Partial<ThreadEvent> = {}) =>
  eventOf({ kind: 'message_sent', by: 'bot', message: messageOf(text), ...patch });
const agent = (text: string) =>
  eventOf({ kind: 'message_sent', by: 'agent', author: 'Camille', message: messageOf(text) });
const change = (kind: string, patch: Partial<ThreadEvent> = {}) =>
  eventOf({ kind, by: 'system', ...patch });

/** A thread in one line per row: `bot: message(bonjour) turn(2)`, `— escalated`. */
function picture(rows: readonly Row[]): string[] {
  const entry = (one: Entry): string => {
    switch (one.type) {
      case 'message':
        return `message(${one.event.message?.text})`;
      case 'turn':
        return `turn(${one.events.length}${one.isLive ? ', live' : ''})`;
      case 'group':
        return `group(${one.exchanges}: ${one.entries.map(entry).join(' ')})`;
      case 'note':
        return `note(${one.event.note})`;
      case 'day':
        return 'day';
    }
  };
  return rows.map((row) =>
    row.type === 'change'
      ? `— ${row.event.kind}`
      : `${row.owner}: ${row.entries.map(entry).join(' ')}`,
  );
}

describe('who held the conversation', () => {
  test('what was said in the phone app was held by people, and nothing of it is folded away', () => {
    const past = [change('opened'), customer('bonjour'), agent('oui'), change('resolved')];
    expect(picture(foldThread(asImported(past)).rows)).toEqual([
      '— imported',
      'agent: message(bonjour) message(oui)',
      '— resolved',
    ]);
  });

  test('one episode per owner, with a sentence at each change', () => {
    const fold = foldThread([
      change('opened'),
      customer('bonjour'),
      bot('Bienvenue'),
      customer('un agent'),
      change('escalated'),
      bot('Je vous transfère'),
      change('taken'),
      agent('Bonjour Claire'),
      change('resolved'),
    ]);
    expect(picture(fold.rows)).toEqual([
      '— opened',
      'bot: message(bonjour) turn(1) message(un agent)',
      '— escalated',
      'queue: message(Je vous transfère)',
      '— taken',
      'agent: message(Bonjour Claire)',
      '— resolved',
    ]);
    expect(fold.owner).toBe('done');
  });

  test('the wait is counted from the queue to the person', () => {
    const fold = foldThread([
      customer('un agent'),
      change('escalated', { at: '2026-11-17T10:00:00Z' }),
      change('taken', { at: '2026-11-17T10:02:30Z' }),
    ]);
    const taken = fold.rows.at(-1);
    expect(taken?.type === 'change' && taken.waited).toBe(150_000);
    expect(fold.takenAt).toBe('2026-11-17T10:02:30Z');
  });

  test('a second escalation while queued does not restart the wait', () => {
    const fold = foldThread([
      change('escalated', { at: '2026-11-17T10:00:00Z' }),
      change('rerouted', { at: '2026-11-17T10:01:00Z' }),
    ]);
    expect(fold.queuedAt).toBe('2026-11-17T10:00:00Z');
  });

  test('a rating is told without changing who holds it', () => {
    const fold = foldThread([change('taken'), change('resolved'), change('rated')]);
    expect(fold.owner).toBe('done');
    expect(picture(fold.rows).at(-1)).toBe('— rated');
  });

  test('kinds that say nothing to a reader are left out', () => {
    expect(foldThread([change('turn_decided'), change('sla_started')]).rows).toEqual([]);
  });
});

describe('assistant turns', () => {
  test('messages of one go are one turn; the newest stays open while the assistant holds', () => {
    const fold = foldThread([customer('bonjour'), bot('Bienvenue'), bot('Que voulez-vous ?')]);
    expect(picture(fold.rows)).toEqual(['bot: message(bonjour) turn(2, live)']);
  });

  test('several exchanges fold to one line once a person was asked for, the last words stay', () => {
    const fold = foldThread([
      customer('bonjour'),
      bot('Bienvenue'),
      customer('retour'),
      bot('30 jours'),
      customer('une personne'),
      change('escalated'),
    ]);
    expect(picture(fold.rows)).toEqual([
      'bot: group(2: message(bonjour) turn(1) message(retour) turn(1)) message(une personne)',
      '— escalated',
    ]);
  });

  test('the notice that closes the episode is read in full', () => {
    const fold = foldThread([
      customer('une personne'),
      bot('Je vous transfère à un agent'),
      change('escalated'),
    ]);
    expect(picture(fold.rows)[0]).toBe(
      'bot: message(une personne) message(Je vous transfère à un agent)',
    );
  });

  test('nothing a customer or an agent wrote is ever lost by folding', () => {
    const texts = ['a', 'b', 'c', 'd', 'e'];
    const fold = foldThread([
      ...texts.flatMap((text) => [customer(text), bot(`re ${text}`)]),
      change('escalated'),
      customer('f'),
      change('taken'),
      agent('g'),
    ]);
    const drawn = picture(fold.rows).join(' ');
    for (const text of [...texts, 'f', 'g']) expect(drawn).toContain(`message(${text})`);
  });
});

describe('evidence', () => {
  test('the words that decided are marked in the message they stand in', () => {
    const fold = foldThread([
      customer('je veux un agent'),
      change('escalated', { trace: traceOf('keyword', 'agent', 11) }),
    ]);
    const row = fold.rows[0];
    const entry = row?.type === 'episode' ? row.entries[0] : undefined;
    expect(entry?.type === 'message' && entry.marks).toEqual([
      { start: 11, end: 16, rule: 'keyword', fired: true },
    ]);
  });

  test('a trace that comes at the end of the turn explains what came before it', () => {
    const fold = foldThread([
      customer('je veux un agent'),
      bot('Je vous transfère'),
      change('escalated'),
      eventOf({ kind: 'turn_decided', by: 'system', trace: traceOf('keyword', 'agent', 11) }),
      customer('merci'),
      bot('De rien'),
    ]);
    const escalated = fold.rows.find((row) => row.type === 'change');
    expect(escalated?.type === 'change' && escalated.trace?.winner).toBe('keyword');
  });

  test('what an agent does afterwards is not explained by the turn before', () => {
    const fold = foldThread([
      customer('bonjour'),
      bot('Bienvenue'),
      eventOf({ kind: 'turn_decided', by: 'system', trace: traceOf('greeting', 'bonjour', 0) }),
      change('escalated'),
      change('taken'),
    ]);
    const traces = fold.rows.flatMap((row) => (row.type === 'change' ? [row.trace] : []));
    expect(traces).toEqual([null, null]);
  });

  test('only what speaks for a hand-off is marked in the thread', () => {
    const fold = foldThread([
      customer('bonjour'),
      eventOf({ kind: 'turn_decided', by: 'system', trace: traceOf('greeting', 'bonjour', 0) }),
    ]);
    const row = fold.rows[0];
    const entry = row?.type === 'episode' ? row.entries[0] : undefined;
    expect(entry?.type === 'message' && entry.marks).toEqual([]);
  });

  test('a turn that nothing explains stays without, also when the next one is explained', () => {
    const fold = foldThread([
      customer('bonjour'),
      bot('Bienvenue'),
      customer('un agent'),
      change('escalated'),
      eventOf({ kind: 'turn_decided', by: 'system', trace: traceOf('keyword', 'agent', 3) }),
    ]);
    const row = fold.rows[0];
    const turn = row?.type === 'episode' ? row.entries.find((one) => one.type === 'turn') : null;
    expect(turn?.type === 'turn' && turn.trace).toBeNull();
  });

  test('the trace of one question is not shown under the next', () => {
    const fold = foldThread([
      customer('un'),
      bot('a'),
      eventOf({ kind: 'turn_decided', by: 'system', trace: traceOf('keyword', 'un', 0) }),
      customer('deux'),
      bot('b'),
    ]);
    const row = fold.rows[0];
    const turns = row?.type === 'episode' ? row.entries.filter((one) => one.type === 'turn') : [];
    expect(turns.map((turn) => turn.type === 'turn' && turn.trace?.winner)).toEqual([
      'keyword',
      undefined,
    ]);
  });
});

test('a winner named without its topic is the rule of the topic that fired', () => {
  const rule = (name: string, fired: boolean) => ({
    rule: name,
    score: 1,
    threshold: 0.5,
    fired,
    quotes: [],
  });
  expect(isWinner(rule('sensitive:refund', true), 'sensitive')).toBe(true);
  expect(isWinner(rule('sensitive:refund', false), 'sensitive')).toBe(false);
  expect(isWinner(rule('sensitive', false), 'sensitive')).toBe(true);
  expect(isWinner(rule('sentiment', true), 'sensitive')).toBe(false);
});

test('a new day is announced, also inside an episode, and not before the first message', () => {
  const fold = foldThread([
    customer('lundi', { at: '2026-11-16T12:00:00Z' }),
    customer('mardi', { at: '2026-11-17T12:00:00Z' }),
  ]);
  expect(picture(fold.rows)).toEqual(['bot: message(lundi) day message(mardi)']);
});

test('a note stands where it was written', () => {
  const fold = foldThread([
    change('taken'),
    agent('Bonjour'),
    eventOf({ kind: 'note_added', by: 'agent', note: 'cliente fidèle' }),
  ]);
  expect(picture(fold.rows).at(-1)).toBe('agent: message(Bonjour) note(cliente fidèle)');
});
