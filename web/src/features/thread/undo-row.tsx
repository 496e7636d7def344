import { Undo2 } from 'lucide-react';
import type { HeldReply } from '../../lib/held.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';

/** Under the last reply while the server still holds it. */
export function UndoRow({ held, onUndo }: { held: HeldReply; onUndo: () => void }) {
  const { t } = useWords();
  const now = useNow(250);
  if (held.until <= now) return null;
  const seconds = Math.max(1, Math.ceil((held.until - now) / 1_000));
  return (
    <div className="undo fs12" data-testid="undo">
      <span className="t3">{t('composer.leaves', { seconds })}</span>
      <button type="button" className="link row g1" onClick={onUndo}>
        <Undo2 className="i i12 flip" />
        {t('composer.undo')}
      </button>
    </div>
  );
}
