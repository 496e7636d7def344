import { useLayoutEffect, useRef } from 'react';

/**
 * The focus goes into a dialog in the very moment in which it is there, and back where it was when it
 * closes. Left to itself it comes some frames later, and goes when the last of it has faded: what a
 * quick hand types in between would be lost, or taken for shortcuts.
 */
export function useQuickFocus(open: boolean, first: () => HTMLElement | null | undefined) {
  const popup = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (open || before.current === null) return;
    const { activeElement: now, body } = document;
    const last = before.current;
    before.current = null;
    // What was done in the dialog may have put it elsewhere.
    if (now !== body && !popup.current?.contains(now)) return;
    if (last instanceof HTMLElement && last !== body) last.focus({ preventScroll: true });
    else if (now instanceof HTMLElement) now.blur();
  }, [open]);
  return {
    ref: popup,
    /** Called once what had the focus before is known. */
    initialFocus: () => {
      const { activeElement: now } = document;
      // A field that asked for it may have it already.
      if (popup.current?.contains(now)) return false;
      before.current = now;
      first()?.focus();
      return false;
    },
  };
}
