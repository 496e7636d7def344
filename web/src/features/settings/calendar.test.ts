import { createTranslator } from 'use-intl/core';
import { describe, expect, test } from 'vitest';
import en from '../../../messages/settings/en.json';
import fr from '../../../messages/settings/fr.json';
import { easterDay, fresh, HOLIDAYS, readPeriods, writePeriods } from './calendar.ts';

describe('hours of a day', () => {
  test.each([
    ['9-12:30, 14h–18h', ['09:00-12:30', '14:00-18:00']],
    ['09:00-19:00', ['09:00-19:00']],
    ['22:00-02:00', ['22:00-02:00']],
    ['0-24', ['00:00-24:00']],
    ['9.30-17', ['09:30-17:00']],
    ['', []],
  ])('%s', (text, periods) => {
    expect(readPeriods(text)).toEqual(periods);
    expect(readPeriods(writePeriods(periods))).toEqual(periods);
  });
  test.each(['9', '9-9', '9-25', '24-2', '9-10-11', 'matin', '9:75-10'])('%s is none', (text) => {
    expect(readPeriods(text)).toBeNull();
  });
});

test('holidays name each date once', () => {
  for (const list of Object.values(HOLIDAYS)) {
    const dates = list.map((one) => one.date ?? `easter ${one.easter}`);
    expect(new Set(dates).size).toBe(dates.length);
  }
});

test('a calendar file adds what is not there yet', () => {
  const hours = {
    weekly: {},
    holidays: [{ date: '12-25', name: 'Noël' }],
    closures: [{ from: '2027-08-01', to: '2027-08-31', name: 'Août' }],
  };
  const found = {
    holidays: [
      { date: '12-25', name: 'Christmas' },
      { date: '07-14', name: 'Fête nationale' },
    ],
    closures: [
      { from: '2027-08-10', to: '2027-08-12', name: 'within' },
      { from: '2027-08-20', to: '2027-09-02', name: 'longer' },
    ],
    left_out: [],
    more_left_out: 0,
  };
  const { holidays, closures } = fresh(found, hours);
  expect(holidays.map((one) => one.name)).toEqual(['Fête nationale']);
  expect(closures.map((one) => one.name)).toEqual(['longer']);
});

test('a day that hangs on Easter is said by its name, or in words', () => {
  const say = (language: 'fr' | 'en', days: number) => {
    const t = createTranslator({ locale: language, messages: { fr, en }[language] });
    return easterDay(t as never, days);
  };
  expect([-2, 0, 1, 39, 50].map((days) => say('fr', days))).toEqual([
    'Vendredi saint',
    'Pâques',
    'Lundi de Pâques',
    'Ascension',
    'Lundi de Pentecôte',
  ]);
  expect([-2, 1, 3, -4, -1].map((days) => say('en', days))).toEqual([
    'Good Friday',
    'Easter Monday',
    '3 days after Easter',
    '4 days before Easter',
    'Holy Saturday',
  ]);
  const named = Object.values(HOLIDAYS)
    .flat()
    .flatMap((one) => (one.easter === undefined || one.easter === null ? [] : [one.easter]));
  expect(named.filter((days) => /jour/.test(say('fr', days)))).toEqual([]);
});
