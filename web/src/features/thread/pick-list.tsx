import { useWords } from '../../lib/i18n.ts';
import type { Pick, Wish } from '../../lib/pickers.ts';

/** Ready texts that match; the field keeps the focus and handles the keys. */
export function PickList({
  wish,
  picks,
  at,
  isFetching,
  onUse,
}: {
  wish: Wish;
  picks: readonly Pick[];
  at: number;
  isFetching: boolean;
  onUse: (pick: Pick) => void;
}) {
  const { t } = useWords();
  return (
    <div className="snips" role="listbox" aria-label={t(`composer.${wish.kind}s`)} id="snips">
      {picks.length === 0 ? (
        <p className="t3 fs12 pad">
          {isFetching ? t('app.loading') : t(`composer.no_${wish.kind}`)}
        </p>
      ) : (
        picks.map((pick, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
          <div
            key={pick.key}
            id={`snip-${i}`}
            role="option"
            aria-selected={i === at}
            className={`ci${i === at ? ' on' : ''}`}
            // The field must not lose the focus before the click.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onUse(pick)}
          >
            <span className={wish.kind === 'snippet' ? 'mono' : 'cut med'} dir="auto">
              {pick.head}
            </span>
            <span className="cut grow t3" dir="auto">
              {pick.text}
            </span>
            {pick.macro !== undefined && <span className="chip line">{t('macro.one')}</span>}
            {i === at && <kbd>Tab</kbd>}
          </div>
        ))
      )}
    </div>
  );
}
