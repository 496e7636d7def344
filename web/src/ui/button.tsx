import type { ComponentProps } from 'react';

type Look = 'default' | 'pri' | 'soft' | 'ghost';

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  size?: 's' | 'm' | 'lg';
  busy?: boolean;
}

export function Button({
  look = 'default',
  size = 'm',
  busy = false,
  className = '',
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const classes = ['btn', look === 'default' ? '' : look, size === 'm' ? '' : size, className];
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <span className="spin" aria-hidden="true" />}
      {children}
    </button>
  );
}
