import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useQuickFocus } from './use-quick-focus.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  lead?: string;
  /** A drawer slides in from the end of the line and is as tall as the page. */
  shape?: 'dialog' | 'drawer';
  /** What has the focus first; the close button otherwise. */
  initialFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

export function Modal({
  open,
  onOpenChange,
  title,
  lead,
  shape = 'dialog',
  initialFocus,
  children,
}: Props) {
  const t = useTranslations();
  const close = useRef<HTMLButtonElement>(null);
  const focus = useQuickFocus(open, () => initialFocus?.current ?? close.current);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className={shape === 'drawer' ? 'drawer' : 'dlg'} {...focus}>
          <header className="dlgh">
            <div className="grow">
              <Dialog.Title className="ttl">{title}</Dialog.Title>
              {lead && <Dialog.Description className="t3">{lead}</Dialog.Description>}
            </div>
            {/* No tooltip here: Esc would close that first. */}
            <Dialog.Close ref={close} className="ib" aria-label={t('app.close')}>
              <X className="i" />
            </Dialog.Close>
          </header>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
