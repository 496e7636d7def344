import { describe, expect, test } from 'vitest';
import { isAtRisk, replyClock, sessionWindow } from './sla.ts';
import { lineOf } from './testing.ts';

const now = Date.parse('2026-11-17T10:00:00Z');
const MIN = 60_000;
const at = (ms: number) => new Date(now + ms).toISOString();

describe('reply clock', () => {
  const queued = (since: number, due: number) =>
    replyClock(lineOf({ status: 'queued', waiting_since: at(since), reply_due_at: at(due) }), now);

  test.each([
    [-4, 16, 'good'],
    [-10, 10, 'half'],
    [-19, 1, 'last'],
  ])('%d min waited, %d left → %s', (waited, left, kind) => {
    expect(queued(waited * MIN, left * MIN)).toMatchObject({ kind, left: left * MIN });
  });

  test('past its time it says by how much', () => {
    expect(queued(-30 * MIN, -3 * MIN)).toEqual({ kind: 'late', over: 3 * MIN });
  });

  test('it pauses outside the opening hours and while the customer must answer', () => {
    const deferred = { is_deferred: true, reply_due_at: at(MIN) };
    expect(replyClock(lineOf({ status: 'queued', ...deferred }), now)).toEqual({
      kind: 'paused',
      cause: 'closed',
    });
    expect(replyClock(lineOf({ status: 'human' }), now)).toEqual({
      kind: 'paused',
      cause: 'customer',
    });
  });

  test.each(['bot', 'resolved'] as const)('no clock runs for %s', (status) => {
    expect(replyClock(lineOf({ status, reply_due_at: at(MIN) }), now)).toEqual({ kind: 'none' });
  });
});

describe('session window', () => {
  test.each([
    [null, 'closed'],
    [at(0), 'closed'],
    [at(-MIN), 'closed'],
    [at(MIN), 'closing'],
    [at(120 * MIN), 'closing'],
    [at(121 * MIN), 'open'],
  ])('closing at %s is %s', (closes, kind) => {
    expect(sessionWindow(closes, now).kind).toBe(kind);
  });
});

describe('at risk', () => {
  test('a reply due within 15 minutes, a late one, a window under an hour', () => {
    const line = (patch: object) => lineOf({ status: 'human', waiting_since: at(-MIN), ...patch });
    const waited = { waiting_since: at(-20 * MIN) };
    expect(isAtRisk(line({ ...waited, reply_due_at: at(15 * MIN) }), now)).toBe(true);
    expect(isAtRisk(line({ ...waited, reply_due_at: at(16 * MIN) }), now)).toBe(false);
    expect(isAtRisk(line({ reply_due_at: at(-MIN) }), now)).toBe(true);
    expect(isAtRisk(line({ window_closes_at: at(59 * MIN) }), now)).toBe(true);
  });

  test('a conversation that has just come is not at risk, however short the target', () => {
    const fresh = { waiting_since: at(-MIN), reply_due_at: at(14 * MIN) };
    expect(isAtRisk(lineOf({ status: 'queued', ...fresh }), now)).toBe(false);
  });

  test('nothing is at risk once it is over', () => {
    expect(isAtRisk(lineOf({ status: 'resolved', window_closes_at: at(MIN) }), now)).toBe(false);
  });
});
