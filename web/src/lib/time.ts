// Clock words. Pure: "now" is always given.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NBSP = '\u00a0';

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** 11:47 today, "hier 11:47", 16 nov., 16 nov. 2025. */
export function stamp(at: string, now: number, locale: string, yesterday: string): string {
  const date = new Date(at);
  const today = new Date(now);
  if (sameDay(date, today)) return clock(at, locale);
  const before = new Date(now);
  before.setDate(before.getDate() - 1);
  if (sameDay(date, before)) return `${yesterday} ${clock(at, locale)}`;
  const year = date.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' as const };
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...year }).format(date);
}

export function clock(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));
}

export function longDay(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(
    new Date(at),
  );
}

export function dayKey(at: string): string {
  return new Date(at).toDateString();
}

/** 24 s, 5 min, 1 h 52, 3 j. The units are the language's own: seconds, minutes, hours, days. */
export function duration(ms: number, units: string, withSeconds = false): string {
  const [second, minute, hour, day] = units.split(' ');
  const value = Math.max(0, ms);
  if (value < MINUTE) {
    return withSeconds ? `${Math.floor(value / 1000)}${NBSP}${second}` : `1${NBSP}${minute}`;
  }
  if (value < HOUR) return `${Math.floor(value / MINUTE)}${NBSP}${minute}`;
  const hours = Math.floor(value / HOUR);
  if (hours >= 48) return `${Math.floor(hours / 24)}${NBSP}${day}`;
  const minutes = Math.floor((value % HOUR) / MINUTE);
  return minutes === 0
    ? `${hours}${NBSP}${hour}`
    : `${hours}${NBSP}${hour}${NBSP}${String(minutes).padStart(2, '0')}`;
}

/** A running clock: 0:24, 12:05. */
export function runningClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}
