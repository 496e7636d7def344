import { CircleX } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';

interface Props extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  help?: ReactNode;
  error?: string | undefined;
}

/** Label, input, help; a sentence under it when something is wrong. */
export function Field({ label, help, error, onValueChange, ...rest }: Props) {
  const id = useId();
  const note = error === undefined ? help : error;
  return (
    <div className="fld">
      <label className="flabel" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={`inp${error === undefined ? '' : ' err'}`}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={note ? `${id}-note` : undefined}
        onChange={(event) => onValueChange(event.target.value)}
        {...rest}
      />
      {note && (
        <div id={`${id}-note`} className={error === undefined ? 'fhelp' : 'ferr'}>
          {error !== undefined && <CircleX className="i i14" />}
          {note}
        </div>
      )}
    </div>
  );
}
