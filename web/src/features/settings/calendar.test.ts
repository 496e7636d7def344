import { describe, expect, test } from 'vitest';
import { HOLIDAYS, readCalendar, readPeriods, writePeriods } from './calendar.ts';

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

test('whole days of a calendar file become closures, appointments do not', () => {
  const text = [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'DTSTART;VALUE=DATE:20270801',
    'DTEND;VALUE=DATE:20270816',
    'SUMMARY:Congés d’été\\, magasin',
    ' \u2009fermé',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'DTSTART;VALUE=DATE:20271224',
    'SUMMARY:Veille',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'DTSTART:20270105T090000Z',
    'SUMMARY:Rendez-vous',
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\r\n');
  expect(readCalendar(text)).toEqual([
    { from: '2027-08-01', to: '2027-08-15', name: 'Congés d’été, magasin\u2009fermé' },
    { from: '2027-12-24', to: '2027-12-24', name: 'Veille' },
  ]);
  expect(readCalendar('junk')).toEqual([]);
});
