import { Menu } from '@base-ui/react/menu';
import { Undo2, UsersRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PopupProps } from '../../ui/use-popup.ts';

export interface MoreProps {
  onTransfer: () => void;
  /** Null while the assistant has it already. */
  onReturn: (() => void) | null;
}

export function MorePopup({
  onTransfer,
  onReturn,
  open,
  onOpenChange,
  button,
}: MoreProps & PopupProps) {
  const t = useTranslations();
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={button} className="pos" align="end" sideOffset={4}>
          <Menu.Popup className="pop menu" finalFocus={button} aria-label={t('thread.more')}>
            <Menu.Item className="ci" onClick={onTransfer}>
              <UsersRound className="i" />
              <span className="grow">{t('thread.transfer')}</span>
              <kbd>M</kbd>
            </Menu.Item>
            {onReturn && (
              <Menu.Item className="ci" onClick={onReturn}>
                <Undo2 className="i flip" />
                <span className="grow">{t('thread.return')}</span>
                <kbd>B</kbd>
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
