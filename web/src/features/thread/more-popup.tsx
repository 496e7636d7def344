import { Menu } from '@base-ui/react/menu';
import {
  AlarmClock,
  ChevronsUp,
  CircleCheck,
  Flag,
  Tag,
  Undo2,
  UserRoundPlus,
  UsersRound,
  Zap,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PopupProps } from '../../ui/use-popup.ts';
import type { DeskKind } from '../desk/desk-dialog.tsx';

export interface MoreProps {
  onTransfer: () => void;
  /** Null while the assistant has it already. */
  onReturn: (() => void) | null;
  onDesk: (kind: DeskKind) => void;
  onMacro: () => void;
}

const DESK = [
  { kind: 'snooze', Icon: AlarmClock, key: 'Z' },
  { kind: 'assign', Icon: UserRoundPlus, key: 'A' },
  { kind: 'raise', Icon: ChevronsUp, key: 'U' },
  { kind: 'priority', Icon: Flag, key: 'P' },
  { kind: 'tags', Icon: Tag, key: 'L' },
  { kind: 'close', Icon: CircleCheck, key: 'E' },
] as const satisfies readonly { kind: DeskKind; Icon: unknown; key: string }[];

export function MorePopup({
  onTransfer,
  onReturn,
  onDesk,
  onMacro,
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
            <Menu.Item className="ci" onClick={onMacro}>
              <Zap className="i" />
              <span className="grow">{t('keys.macros')}</span>
              <kbd>Shift M</kbd>
            </Menu.Item>
            {DESK.map(({ kind, Icon, key }) => (
              <Menu.Item key={kind} className="ci" onClick={() => onDesk(kind)}>
                <Icon className="i" />
                <span className="grow">{t(`desk.${kind}.menu`)}</span>
                <kbd>{key}</kbd>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
