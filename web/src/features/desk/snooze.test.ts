import { expect, test } from 'vitest';
import { moments } from './snooze.ts';

const keys = (at: string) => moments(new Date(at)).map((moment) => moment.key);
const when = (at: string, key: string) =>
  moments(new Date(at)).find((moment) => moment.key === key)?.at;

test('only moments ahead are offered', () => {
  expect(keys('2026-11-24T10:00:00')).toEqual(['hour', 'three', 'evening', 'tomorrow', 'monday']);
  expect(keys('2026-11-24T16:30:00')).toEqual(['hour', 'three', 'tomorrow', 'monday']);
});

test('on a Monday, Monday is the next one', () => {
  expect(when('2026-11-23T10:00:00', 'monday')).toEqual(new Date('2026-11-30T09:00:00'));
  expect(when('2026-11-29T10:00:00', 'monday')).toEqual(new Date('2026-11-30T09:00:00'));
});
