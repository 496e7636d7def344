import { useMutation } from '@tanstack/react-query';
import { CalendarPlus } from 'lucide-react';
import { useId, useRef } from 'react';
import { api, call, toApiError } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { type DaysOff, fresh } from './calendar.ts';
import { useMoment } from './moment.ts';
import { Refused } from './parts.tsx';
import type { Hours } from './queries.ts';

interface Props {
  hours: Hours;
  onAdd: (hours: Hours) => void;
}

/** A calendar file: the server reads it, its days are shown, and only then are they taken. */
export function CalendarImport({ hours, onAdd }: Props) {
  const { t } = useWords();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const read = useMutation({
    mutationFn: (file: File) =>
      call(
        api.POST('/api/v1/settings/calendar', {
          // The document calls bytes an array of numbers.
          body: file as unknown as number[],
        }),
      ),
  });
  const close = () => {
    read.reset();
    // The same file can be chosen again.
    if (field.current) field.current.value = '';
  };
  return (
    <>
      <label className={`btn s${read.isPending ? ' busy' : ''}`} htmlFor={id}>
        <CalendarPlus className="i" />
        {t('settings.hours.import')}
      </label>
      <input
        ref={field}
        id={id}
        className="sr"
        type="file"
        accept=".ics,text/calendar"
        data-testid="calendar-file"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) read.mutate(file);
        }}
      />
      <Modal
        open={read.data !== undefined || read.isError}
        onOpenChange={(isOpen) => !isOpen && close()}
        title={t('settings.hours.importTitle')}
        lead={t('settings.hours.importLead')}
      >
        <Refused error={read.error} />
        {read.error && <p className="t3 fs12 mono">{toApiError(read.error).detail}</p>}
        {read.data && (
          <Preview
            found={read.data}
            hours={hours}
            onClose={close}
            onAdd={(next) => {
              onAdd(next);
              close();
            }}
          />
        )}
      </Modal>
    </>
  );
}

function Preview({
  found,
  hours,
  onAdd,
  onClose,
}: {
  found: DaysOff;
  hours: Hours;
  onAdd: (hours: Hours) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const moment = useMoment();
  const { holidays, closures } = fresh(found, hours);
  const count = holidays.length + closures.length;
  const known = found.holidays.length + found.closures.length - count;
  const day = (date: string, isYearly = false) =>
    moment(`${isYearly ? `2000-${date}` : date}T12:00`, {
      day: 'numeric',
      month: 'long',
      ...(isYearly ? {} : { year: 'numeric', weekday: 'short' }),
    });
  const leftOut = found.left_out.length + found.more_left_out;
  return (
    <div className="setdlg">
      {count === 0 && (
        <p data-testid="calendar-nothing">
          {t(known > 0 ? 'settings.hours.importKnown' : 'settings.hours.importNothing')}
        </p>
      )}
      <ul className="setfound" data-testid="calendar-found">
        {holidays.map((one) => (
          <li key={one.date}>
            <span className="n">
              {t('settings.hours.everyYear', { day: day(one.date ?? '', true) })}
            </span>
            <span className="t3" dir="auto">
              {one.name}
            </span>
          </li>
        ))}
        {closures.map((one) => (
          <li key={`${one.from} ${one.to}`}>
            <span className="n">
              {one.from === one.to
                ? day(one.from)
                : t('settings.hours.fromTo', { from: day(one.from), to: day(one.to) })}
            </span>
            <span className="t3" dir="auto">
              {one.name}
            </span>
          </li>
        ))}
      </ul>
      {count > 0 && known > 0 && (
        <p className="t3 fs12">{t('settings.hours.importSome', { count: known })}</p>
      )}
      {leftOut > 0 && (
        <details className="silent">
          <summary>{t('settings.hours.leftOut', { count: leftOut })}</summary>
          <ul className="setfound">
            {found.left_out.map((one) => (
              <li key={one.line}>
                <span dir="auto">{one.name || t('settings.hours.line', { line: one.line })}</span>
                <span className="t3">{t(`settings.hours.why_${one.why}`)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="row">
        {count > 0 && (
          <Button
            look="pri"
            data-testid="calendar-add"
            onClick={() =>
              onAdd({
                ...hours,
                holidays: [...(hours.holidays ?? []), ...holidays],
                closures: [...(hours.closures ?? []), ...closures],
              })
            }
          >
            {t('settings.hours.importAdd', { count })}
          </Button>
        )}
        <Button look="ghost" onClick={onClose}>
          {t('app.cancel')}
        </Button>
      </div>
    </div>
  );
}
