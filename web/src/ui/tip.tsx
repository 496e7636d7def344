import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';

/** How a hint is drawn; who asks for it says when. */
export function Tip({
  anchor,
  open,
  onOpenChange,
  text,
  children,
}: {
  anchor: Element;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  text: string;
  /** The key that does the same. */
  children: ReactNode;
}) {
  return (
    <Tooltip.Root open={open} onOpenChange={onOpenChange}>
      <Tooltip.Portal>
        <Tooltip.Positioner anchor={anchor} sideOffset={6} className="pos">
          <Tooltip.Popup className="tip">
            {text}
            {children && <kbd>{children}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
