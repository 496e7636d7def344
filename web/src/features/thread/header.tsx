import { ArrowLeftRight, Check, ChevronLeft } from 'lucide-react';
import type { Conversation } from '../../api/types.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Here } from '../../lib/presence.ts';
import { replyClock } from '../../lib/sla.ts';
import { formatPhone } from '../../lib/text.ts';
import type { Fold } from '../../lib/thread.ts';
import { ContactAvatar, SlaChip, Tier, VipSeal } from '../../ui/bits.tsx';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { RelayPill } from '../../ui/relay-pill.tsx';
import type { DeskKind } from '../desk/desk-dialog.tsx';
import { MoreMenu } from './more-menu.tsx';
import { Others } from './others.tsx';
import type { Actions } from './use-actions.ts';

/** Who it is, who holds it, and what can be done with the conversation as a whole. */
export function Header({
  conversation,
  fold,
  actions,
  badge,
  onBack,
  onCard,
  onResolve,
  onTransfer,
  onReturn,
  onDesk,
  onMacro,
  others,
  mayAct,
}: {
  conversation: Conversation;
  fold: Fold;
  actions: Actions;
  badge: string | undefined;
  onBack: (() => void) | undefined;
  onCard: (() => void) | null;
  onResolve: () => void;
  onTransfer: () => void;
  onReturn: () => void;
  onDesk: (kind: DeskKind) => void;
  onMacro: () => void;
  others: readonly Here[];
  /** Auditors look on. */
  mayAct: boolean;
}) {
  const { t } = useWords();
  const now = useNow(15_000);
  const { contact, status } = conversation;
  const owner = ({ bot: 'bot', queued: 'queue', human: 'agent', resolved: 'done' } as const)[
    status
  ];
  const isOpen = status !== 'resolved';
  return (
    <header className="hd">
      {onBack && (
        <IconButton label={t('app.back')} className="flip backb" onClick={onBack}>
          <ChevronLeft className="i" />
        </IconButton>
      )}
      <ContactAvatar name={contact.name} size="lg" />
      <div className="grow">
        <div className="row g1">
          <h2 className="cut" dir="auto">
            {contact.name}
          </h2>
          {conversation.is_vip && <VipSeal />}
        </div>
        <div className="fs12 t3 cut n hdsub">
          <bdi>{formatPhone(contact.phone)}</bdi>
          {badge ? (
            <> · {badge}</>
          ) : (
            <span className="hdmore">
              {' · '}
              {t('thread.number', { number: conversation.number })}
              {conversation.is_sample && ` · ${t('thread.sample')}`}
            </span>
          )}
          {conversation.is_imported && <> · {t('thread.imported')}</>}
        </div>
        <div className="row g1 fs12 hdphone">
          <SlaChip clock={replyClock(conversation, now)} now={now} />
          {conversation.tier !== null && <Tier tier={conversation.tier} />}
        </div>
      </div>
      <Others others={others} />
      <RelayPill
        owner={owner}
        agent={conversation.assignee}
        queuedAt={fold.queuedAt ?? conversation.waiting_since}
        takenAt={fold.takenAt}
      />
      {onCard && (
        <IconButton label={t('thread.card')} shortcut="H" onClick={onCard}>
          <ArrowLeftRight className="i" />
        </IconButton>
      )}
      {isOpen && mayAct && (
        <MoreMenu
          onTransfer={onTransfer}
          onReturn={status === 'bot' ? null : onReturn}
          onDesk={onDesk}
          onMacro={onMacro}
        />
      )}
      {isOpen && mayAct && conversation.ends_at === null && (
        <Button
          size="s"
          onClick={onResolve}
          busy={actions.isBusy && actions.doing === 'resolve'}
          data-testid="resolve"
        >
          <Check className="i" />
          {t('thread.resolve')}
        </Button>
      )}
    </header>
  );
}
