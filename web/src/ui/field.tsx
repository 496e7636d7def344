import { CircleX } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { useTranslations } from 'use-intl';

interface Props extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  help?: ReactNode;
  error?: string | undefined;
}

/** Label, input, help; a sentence under it when something is wrong. */
export function Field({ label, help, error, onValueChange, type, ...rest }: Props) {
  const t = useTranslations();
  const id = useId();
  const [isShown, setShown] = useState(false);
  const note = error === undefined ? help : error;
  const isSecret = type === 'password';
  return (
    <div className="fld">
      <label className="flabel" htmlFor={id}>
        {label}
      </label>
      <div className={`inp big${error === undefined ? '' : ' err'}`}>
        <input
          id={id}
          className="bare grow"
          type={isSecret && isShown ? 'text' : type}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={note ? `${id}-note` : undefined}
          onChange={(event) => onValueChange(event.target.value)}
          {...rest}
        />
        {isSecret && (
          <button
            type="button"
            className="reveal"
            aria-controls={id}
            aria-pressed={isShown}
            onClick={() => setShown((before) => !before)}
          >
            {isShown ? t('claim.hide') : t('claim.show')}
          </button>
        )}
      </div>
      {note && (
        <div id={`${id}-note`} className={error === undefined ? 'fhelp' : 'ferr'}>
          {error !== undefined && <CircleX className="i i14" />}
          {note}
        </div>
      )}
    </div>
  );
}
