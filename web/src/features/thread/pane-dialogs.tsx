// What opens over a conversation. Seldom used: fetched when first opened.
import { lazy, type ReactNode, Suspense } from 'react';
import type { Action, Conversation, Team } from '../../api/types.ts';
import { useOnce } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Losses } from '../../lib/losses.ts';
import type { DeskKind } from '../desk/desk-dialog.tsx';
import type { Actions } from './use-actions.ts';

const Modal = lazy(() =>
  import('../../ui/modal.tsx').then((module) => ({ default: module.Modal })),
);
const TransferDialog = lazy(() =>
  import('./transfer-dialog.tsx').then((module) => ({ default: module.TransferDialog })),
);
const DeskDialog = lazy(() =>
  import('../desk/desk-dialog.tsx').then((module) => ({ default: module.DeskDialog })),
);
const MacroDialog = lazy(() =>
  import('../macros/macro-dialog.tsx').then((module) => ({ default: module.MacroDialog })),
);

/** A macro by its shortcut (empty: all of them), or one of the others. */
export type Opened =
  | { kind: 'macro'; called: string }
  | { kind: 'desk'; desk: DeskKind }
  | { kind: 'card' }
  | { kind: 'transfer' }
  | null;

interface Props {
  opened: Opened;
  onOpen: (opened: Opened) => void;
  conversation: Conversation;
  teams: readonly Team[];
  actions: Actions;
  /** Position of the customer's last message that is on the page. */
  seen: number;
  /** By closing now. */
  losses: Losses | null;
  onAsked: (action: Action) => Promise<string | null>;
  onMacroDone: (name: string) => void;
  panel: ReactNode;
}

export function PaneDialogs({
  opened,
  onOpen,
  conversation,
  teams,
  actions,
  seen,
  losses,
  onAsked,
  onMacroDone,
  panel,
}: Props) {
  const { t } = useWords();
  const called = opened?.kind === 'macro' ? opened.called : null;
  const desk = opened?.kind === 'desk' ? opened.desk : null;
  const isCard = opened?.kind === 'card';
  const isTransfer = opened?.kind === 'transfer';
  const was = {
    macro: useOnce(called !== null),
    desk: useOnce(desk !== null),
    card: useOnce(isCard),
    transfer: useOnce(isTransfer),
  };
  const close = () => onOpen(null);
  return (
    <Suspense>
      {was.card && (
        <Modal
          open={isCard}
          onOpenChange={(isOpen) => onOpen(isOpen ? { kind: 'card' } : null)}
          title={t('thread.card')}
          shape="drawer"
        >
          <div className="sp">{panel}</div>
        </Modal>
      )}
      {was.macro && (
        <MacroDialog
          called={called}
          onCall={(next) => onOpen(next === null ? null : { kind: 'macro', called: next })}
          conversation={conversation}
          teams={teams}
          seen={seen}
          onDone={onMacroDone}
        />
      )}
      {was.desk && (
        <DeskDialog
          kind={desk}
          conversation={conversation}
          teams={teams}
          losses={losses}
          onClose={close}
          onAct={onAsked}
        />
      )}
      {was.transfer && (
        <TransferDialog
          open={isTransfer}
          onOpenChange={(isOpen) => onOpen(isOpen ? { kind: 'transfer' } : null)}
          conversation={conversation}
          teams={teams}
          actions={actions}
        />
      )}
    </Suspense>
  );
}
