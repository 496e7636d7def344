import { describe, expect, test } from 'vitest';
import { duration, runningClock, stamp } from './time.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;

describe('duration', () => {
  test.each([
    [-5, '1\u00a0min'],
    [20_000, '1\u00a0min'],
    [59 * MIN, '59\u00a0min'],
    [HOUR, '1\u00a0h'],
    [HOUR + 5 * MIN, '1\u00a0h\u00a005'],
    [47 * HOUR, '47\u00a0h'],
    [72 * HOUR, '3\u00a0j'],
  ])('%d ms → %s', (ms, expected) => {
    expect(duration(ms, 's min h j')).toBe(expected);
  });

  test('counts in the units of the language', () => {
    expect(duration(23 * HOUR + 48 * MIN, 'ث د س ي')).toBe('23\u00a0س\u00a048');
  });

  test('shows seconds where they matter', () => {
    expect(duration(24_000, 's min h j', true)).toBe('24\u00a0s');
  });
});

test('the running clock keeps two digits for seconds', () => {
  expect(runningClock(9_000)).toBe('0:09');
  expect(runningClock(12 * MIN + 5_000)).toBe('12:05');
  expect(runningClock(-1)).toBe('0:00');
});

describe('stamp', () => {
  const at = (text: string) => new Date(text).toISOString();
  const now = new Date(2026, 10, 17, 12, 0).getTime();

  test.each([
    [at('2026-11-17T09:05'), '09:05'],
    [at('2026-11-16T23:59'), 'hier 23:59'],
    [at('2026-11-15T10:00'), '15 nov.'],
    [at('2025-11-16T10:00'), '16 nov. 2025'],
  ])('%s', (when, expected) => {
    expect(stamp(when, now, 'fr', 'hier')).toBe(expected);
  });

  test('English uses the same clock of 24 hours', () => {
    expect(stamp(at('2026-11-17T21:05'), now, 'en', 'yesterday')).toBe('21:05');
  });
});
