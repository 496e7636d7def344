import { Hand, StickyNote, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Conversation } from '../../api/types.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { summaryOf } from '../../lib/summary.ts';
import { firstName } from '../../lib/text.ts';
import { duration } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import type { Actions } from './use-actions.ts';

interface Props {
  conversation: Conversation;
  actions: Actions;
  onTake: () => void;
  onReturn: () => void;
  onNote: () => void;
}

/** In the composer's place while the conversation is not ours: who holds it, and how to take it. */
export function HoldBar({ conversation, actions, onTake, onReturn, onNote }: Props) {
  const { t } = useWords();
  const now = useNow(1_000);
  const name = firstName(conversation.contact.name);
  // Each keeps its own element when another comes between: whoever has the focus on one must not find
  // themselves on the other.
  const note = (
    <Button key="note" onClick={onNote} look="ghost">
      <StickyNote className="i" />
      {t('composer.note')}
    </Button>
  );
  const take = (
    <Button
      key="take"
      look="pri"
      onClick={onTake}
      busy={actions.isBusy && actions.doing === 'take'}
      data-testid="take"
    >
      <Hand className="i" />
      <span className="wide-only">{t('thread.take')}</span>
      <span className="narrow-only">{t('thread.takeShort')}</span>
      <kbd>T</kbd>
    </Button>
  );
  switch (conversation.status) {
    case 'queued': {
      const since =
        conversation.waiting_since ?? conversation.handoff?.at ?? conversation.last_message_at;
      const time = duration(now - Date.parse(since), t('app.units'), true);
      return (
        <Bar
          title={
            conversation.is_deferred ? t('bar.deferred', { name }) : t('bar.queued', { name, time })
          }
          text={summaryOf(conversation).ask ?? t('bar.queuedHelp')}
        >
          {note}
          <Button key="return" onClick={onReturn} disabled={actions.isBusy}>
            <Undo2 className="i flip" />
            <span className="wide-only">{t('thread.return')}</span>
            <span className="narrow-only">{t('owner.bot')}</span>
          </Button>
          {take}
        </Bar>
      );
    }
    case 'bot':
      return (
        <Bar title={t('bar.bot', { name })} text={t('bar.botHelp')}>
          {note}
          {take}
        </Bar>
      );
    case 'human':
      return (
        <Bar
          title={t('bar.other', { agent: conversation.assignee?.name ?? t('owner.agent') })}
          text={t('bar.otherHelp')}
        >
          {note}
          {take}
        </Bar>
      );
    case 'resolved':
      return (
        <Bar
          title={`${t('bar.resolved')}${
            conversation.csat === null ? '' : ` ${t('bar.rated', { score: conversation.csat })}`
          }`}
          text={t('bar.resolvedHelp', { name })}
        >
          {note}
        </Bar>
      );
  }
}

function Bar({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="take" data-testid="holdbar">
      <div className="grow">
        <b>{title}</b>
        <p className="t3 two" dir="auto">
          {text}
        </p>
      </div>
      {children}
    </div>
  );
}
