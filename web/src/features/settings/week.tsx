import { useId, useState } from 'react';
import { useLocale } from 'use-intl';
import { DAYS, readPeriods, writePeriods } from './calendar.ts';

type Weekly = Record<string, string[]>;

interface Words {
  /** A day without any. */
  none: string;
  /** What was typed is no stretch. */
  wrong: string;
}

/** Stretches of each day of the week. */
export function Week({
  weekly,
  canEdit = true,
  words,
  onChange,
}: {
  weekly: Weekly;
  canEdit?: boolean;
  words: Words;
  onChange: (weekly: Weekly) => void;
}) {
  const locale = useLocale();
  const name = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  return (
    <div className="setweek">
      {DAYS.map((day, at) => (
        <Day
          key={day}
          // The first of January 2024 was a Monday.
          name={name.format(Date.UTC(2024, 0, 1 + at))}
          periods={weekly[day]}
          canEdit={canEdit}
          words={words}
          onChange={(periods) => onChange({ ...weekly, [day]: periods })}
        />
      ))}
    </div>
  );
}

/** Typed as people write it; several stretches make a lunch break. */
function Day({
  name,
  periods,
  canEdit,
  words,
  onChange,
}: {
  name: string;
  periods: string[] | undefined;
  canEdit: boolean;
  words: Words;
  onChange: (periods: string[]) => void;
}) {
  const id = useId();
  const [text, setText] = useState(() => writePeriods(periods));
  const isWrong = readPeriods(text) === null;
  return (
    <div className="setday">
      <label htmlFor={id}>{name}</label>
      <input
        id={id}
        dir="ltr"
        className={`inp${isWrong ? ' err' : ''}`}
        value={text}
        disabled={!canEdit}
        placeholder={words.none}
        aria-invalid={isWrong || undefined}
        aria-describedby={isWrong ? `${id}-note` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          const read = readPeriods(event.target.value);
          if (read) onChange(read);
        }}
        onBlur={() => !isWrong && setText(writePeriods(readPeriods(text) ?? []))}
      />
      {isWrong && (
        <span id={`${id}-note`} className="ferr">
          {words.wrong}
        </span>
      )}
    </div>
  );
}
