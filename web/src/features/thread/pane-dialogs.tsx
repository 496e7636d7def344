// What opens over a conversation. Seldom used: fetched when first opened.
import { type ReactNode, useEffect } from 'react';
import type { Action, Conversation, Team } from '../../api/types.ts';
import { useOnce } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Losses } from '../../lib/losses.ts';
import { late } from '../../ui/late.tsx';
import type { DeskKind } from '../desk/desk-dialog.tsx';
import type { Actions } from './use-actions.ts';

const Modal = late(() => import('../../ui/modal.tsx').then((module) => module.Modal));
const TransferDialog = late(() =>
  import('./transfer-dialog.tsx').then((module) => module.TransferDialog),
);
const DeskDialog = late(() =>
  import('../desk/desk-dialog.tsx').then((module) => module.DeskDialog),
);
const MacroDialog = late(() =>
  import('../macros/macro-dialog.tsx').then((module) => module.MacroDialog),
);
/** Nobody has read a conversation sooner. */
const SOON_MS = 1_000;

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
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const one of [DeskDialog, MacroDialog, TransferDialog]) one.load();
    }, SOON_MS);
    return () => clearTimeout(timer);
  }, []);
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
    <>
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
    </>
  );
}
