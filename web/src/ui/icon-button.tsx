import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps, ReactElement, ReactNode } from 'react';

interface IconButtonProps extends ComponentProps<'button'> {
  label: string;
  shortcut?: string;
  small?: boolean;
  children: ReactNode;
}

export function IconButton({
  label,
  shortcut,
  small,
  className = '',
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Hint text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        className={`ib${small ? ' s' : ''} ${className}`.trim()}
        {...rest}
      >
        {children}
      </button>
    </Hint>
  );
}

/** A word on hover and focus; the label of the control itself must say the same. */
export function Hint({
  text,
  shortcut,
  children,
}: {
  text: string;
  shortcut?: string | undefined;
  children: ReactElement<Record<string, unknown>>;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} delay={400} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="pos">
          <Tooltip.Popup className="tip">
            {text}
            {shortcut && <kbd>{shortcut}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
