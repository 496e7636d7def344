import { Hourglass, Languages, Package } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Conversation } from '../../api/types.ts';
import { conflictOf, type Mode, settleConflict } from '../../lib/drafts.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Window } from '../../lib/sla.ts';
import { duration } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';

/** Above the text: what a reply has to reckon with, and at the end how the draft stands. */
export function ComposerFacts({
  conversation,
  session,
  children,
}: {
  conversation: Conversation;
  session: Window;
  children: ReactNode;
}) {
  const { t, language } = useWords();
  return (
    <div className="facts">
      <span className="chip line">
        <Languages className="i" />
        <span className="cap">{language(conversation.language)}</span>
      </span>
      {session.kind !== 'closed' && (
        <span className={`chip ${session.kind === 'closing' ? 'warn' : 'line'}`}>
          <Hourglass className="i" />
          {t('composer.window', { time: duration(session.left, t('app.units')) })}
        </span>
      )}
      {conversation.orders.map((order) => (
        <span className="chip line" key={order}>
          <Package className="i" />
          <bdi>{order}</bdi>
        </span>
      ))}
      {children}
    </div>
  );
}

/** Somebody wrote on another device: one of the two texts stays. */
export function DraftConflict({ id, mode }: { id: string; mode: Mode }) {
  const { t } = useWords();
  const conflict = conflictOf(id, mode);
  if (conflict === null) return null;
  return (
    <div className="facts" role="alert" data-testid="draft-conflict">
      <span className="grow cut fs12" dir="auto">
        {t('composer.conflict', { text: conflict })}
      </span>
      <Button size="s" onClick={() => settleConflict(id, mode, 'theirs')}>
        {t('composer.takeTheirs')}
      </Button>
      <Button size="s" look="ghost" onClick={() => settleConflict(id, mode, 'ours')}>
        {t('composer.keepOurs')}
      </Button>
    </div>
  );
}
