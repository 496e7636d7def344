import { describe, expect, test } from 'vitest';
import { replyClock, sessionWindow } from './sla.ts';
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
