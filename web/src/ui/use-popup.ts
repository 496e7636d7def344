import { type KeyboardEvent, type RefObject, useCallback, useRef, useState } from 'react';
import { useOnce } from '../lib/hooks.ts';

export interface PopupProps {
  open: boolean;
  onOpenChange: (open: boolean, details: { event: Event }) => void;
  button: RefObject<HTMLButtonElement | null>;
}

/**
 * A button whose popup is fetched when it is first wanted. Spread `trigger` on the button; render
 * the lazy popup with `popup` once `isWanted`.
 */
export function usePopup(kind: 'menu' | 'dialog', load: () => void) {
  const [isOpen, setOpen] = useState(false);
  const isWanted = useOnce(isOpen);
  const button = useRef<HTMLButtonElement>(null);
  const onOpenChange = useCallback((open: boolean, { event }: { event: Event }) => {
    // A press on the button is the button's to answer: it would open again at once.
    const isPress = event.target instanceof Node && button.current?.contains(event.target);
    if (!isPress || event.type === 'keydown') setOpen(open);
  }, []);
  const popup: PopupProps = { open: isOpen, onOpenChange, button };
  const close = useCallback(() => setOpen(false), []);
  return {
    isWanted,
    popup,
    close,
    trigger: {
      ref: button,
      'aria-haspopup': kind,
      'aria-expanded': isOpen,
      'data-popup-open': isOpen ? '' : undefined,
      onPointerEnter: load,
      onFocus: load,
      onClick: () => setOpen((before) => !before),
      onKeyDown: (event: KeyboardEvent) => {
        if (kind !== 'menu' || event.key !== 'ArrowDown') return;
        event.preventDefault();
        setOpen(true);
      },
    },
  };
}
