// Hours as people type them, holidays of countries, and what a calendar file adds to them.
import type { useTranslations } from 'use-intl';
import type { components } from '../../api/schema.ts';
import type { Hours } from './queries.ts';

type Holiday = Hours['holidays'] extends infer T ? NonNullable<T> : never;
type Closure = NonNullable<Hours['closures']>[number];

export const DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

const TIME = /^(\d{1,2})(?:[:hH.](\d{2})?)?$/;

function time(text: string, isEnd: boolean): string | null {
  const found = TIME.exec(text.trim());
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2] ?? 0)];
  if (!found || hour > 24 || minute > 59) return null;
  if (hour === 24 && (minute > 0 || !isEnd)) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** `9-12:30, 14h–18h` → its stretches; nothing where it cannot be read. An empty text is closed. */
export function readPeriods(text: string): string[] | null {
  if (text.trim() === '') return [];
  const periods = text.split(/[,;]/).map((part) => {
    const [from = '', to = '', more] = part.split(/[-–—]/);
    const [start, end] = [time(from, false), time(to, true)];
    return start && end && start !== end && more === undefined ? `${start}-${end}` : null;
  });
  return periods.every((one) => one !== null) ? periods.filter((one) => one !== null) : null;
}

export function writePeriods(periods: readonly string[] | undefined): string {
  return (periods ?? []).join(', ').replaceAll('-', '–');
}

/** A day that hangs on Easter, by its name, or else by how far it is from Easter. */
export function easterDay(t: ReturnType<typeof useTranslations>, days: number): string {
  const key = `settings.hours.easterDay.${days < 0 ? `m${-days}` : days}`;
  if (t.has(key)) return t(key);
  return days < 0
    ? t('settings.hours.easterBefore', { count: -days })
    : t('settings.hours.easterAfter', { count: days });
}

const on = (date: string, name: string) => ({ date, name });
const easter = (days: number, name: string) => ({ easter: days, name });

/** National holidays that are the same every year, or hang on Western Easter. */
export const HOLIDAYS: Record<string, Holiday> = {
  fr: [
    on('01-01', 'Jour de l’an'),
    easter(1, 'Lundi de Pâques'),
    on('05-01', 'Fête du Travail'),
    on('05-08', 'Victoire 1945'),
    easter(39, 'Ascension'),
    easter(50, 'Lundi de Pentecôte'),
    on('07-14', 'Fête nationale'),
    on('08-15', 'Assomption'),
    on('11-01', 'Toussaint'),
    on('11-11', 'Armistice 1918'),
    on('12-25', 'Noël'),
  ],
  be: [
    on('01-01', 'Jour de l’an'),
    easter(1, 'Lundi de Pâques'),
    on('05-01', 'Fête du Travail'),
    easter(39, 'Ascension'),
    easter(50, 'Lundi de Pentecôte'),
    on('07-21', 'Fête nationale'),
    on('08-15', 'Assomption'),
    on('11-01', 'Toussaint'),
    on('11-11', 'Armistice'),
    on('12-25', 'Noël'),
  ],
  lu: [
    on('01-01', 'Nouvel an'),
    easter(1, 'Lundi de Pâques'),
    on('05-01', 'Fête du Travail'),
    on('05-09', 'Journée de l’Europe'),
    easter(39, 'Ascension'),
    easter(50, 'Lundi de Pentecôte'),
    on('06-23', 'Fête nationale'),
    on('08-15', 'Assomption'),
    on('11-01', 'Toussaint'),
    on('12-25', 'Noël'),
    on('12-26', 'Saint-Étienne'),
  ],
  ch: [
    on('01-01', 'Nouvel an'),
    easter(39, 'Ascension'),
    on('08-01', 'Fête nationale'),
    on('12-25', 'Noël'),
  ],
  de: [
    on('01-01', 'Neujahr'),
    easter(-2, 'Karfreitag'),
    easter(1, 'Ostermontag'),
    on('05-01', 'Tag der Arbeit'),
    easter(39, 'Christi Himmelfahrt'),
    easter(50, 'Pfingstmontag'),
    on('10-03', 'Tag der Deutschen Einheit'),
    on('12-25', '1. Weihnachtstag'),
    on('12-26', '2. Weihnachtstag'),
  ],
  es: [
    on('01-01', 'Año Nuevo'),
    on('01-06', 'Epifanía'),
    easter(-2, 'Viernes Santo'),
    on('05-01', 'Día del Trabajador'),
    on('08-15', 'Asunción'),
    on('10-12', 'Fiesta Nacional'),
    on('11-01', 'Todos los Santos'),
    on('12-06', 'Constitución'),
    on('12-08', 'Inmaculada'),
    on('12-25', 'Navidad'),
  ],
  pt: [
    on('01-01', 'Ano Novo'),
    easter(-2, 'Sexta-feira Santa'),
    on('04-25', 'Dia da Liberdade'),
    on('05-01', 'Dia do Trabalhador'),
    easter(60, 'Corpo de Deus'),
    on('06-10', 'Dia de Portugal'),
    on('08-15', 'Assunção'),
    on('10-05', 'República'),
    on('11-01', 'Todos os Santos'),
    on('12-01', 'Restauração'),
    on('12-08', 'Imaculada Conceição'),
    on('12-25', 'Natal'),
  ],
  it: [
    on('01-01', 'Capodanno'),
    on('01-06', 'Epifania'),
    easter(1, 'Lunedì dell’Angelo'),
    on('04-25', 'Liberazione'),
    on('05-01', 'Festa del Lavoro'),
    on('06-02', 'Festa della Repubblica'),
    on('08-15', 'Ferragosto'),
    on('11-01', 'Ognissanti'),
    on('12-08', 'Immacolata'),
    on('12-25', 'Natale'),
    on('12-26', 'Santo Stefano'),
  ],
  gb: [
    on('01-01', 'New Year’s Day'),
    easter(-2, 'Good Friday'),
    easter(1, 'Easter Monday'),
    on('12-25', 'Christmas Day'),
    on('12-26', 'Boxing Day'),
  ],
};

export type DaysOff = components['schemas']['DaysOff'];

/** What is not there yet: a holiday on another date, a closure that is not inside another. */
export function fresh({ holidays, closures }: DaysOff, hours: Hours) {
  const dates = new Set(hours.holidays?.map((one) => one.date));
  const covers = (mine: Closure, other: Closure) => mine.from <= other.from && other.to <= mine.to;
  return {
    holidays: holidays.filter((one) => !dates.has(one.date)),
    closures: closures.filter((one) => !hours.closures?.some((mine) => covers(mine, one))),
  };
}
