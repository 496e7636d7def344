// The moments a conversation is put aside until.

export interface Moment {
  key: 'hour' | 'three' | 'evening' | 'tomorrow' | 'monday';
  at: Date;
}

/** Those that lie ahead; hours of the person's own day. */
export function moments(now: Date): Moment[] {
  const at = (days: number, hour: number) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(hour, 0, 0, 0);
    return day;
  };
  const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  // Monday is day 1; on a Monday it is the next one.
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  const all: Moment[] = [
    { key: 'hour', at: later(1) },
    { key: 'three', at: later(3) },
    { key: 'evening', at: at(0, 17) },
    { key: 'tomorrow', at: at(1, 9) },
    { key: 'monday', at: at(untilMonday, 9) },
  ];
  return all.filter(
    (moment, i) => moment.at > now && (i < 2 || moment.at.getTime() - now.getTime() > 3_600_000),
  );
}
