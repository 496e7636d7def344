import type { ReactNode } from 'react';

interface Props<T extends string | number> {
  label: string;
  of: readonly T[];
  value: T;
  onPick: (one: T) => void;
  children: (one: T) => ReactNode;
  className?: string;
}

/** One of a few, all in sight. Plain buttons: a toggle group of the library weighs far more. */
export function Segments<T extends string | number>({
  label,
  of,
  value,
  onPick,
  children,
  className,
}: Props<T>) {
  return (
    <fieldset className={className ? `seg ${className}` : 'seg'} aria-label={label}>
      {of.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === value}
          className={one === value ? 'on' : ''}
          onClick={() => onPick(one)}
        >
          {children(one)}
        </button>
      ))}
    </fieldset>
  );
}
