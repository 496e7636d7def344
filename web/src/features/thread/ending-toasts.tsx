import { useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { type ApiError, toApiError } from '../../api/client.ts';
import { type Ending, endingsNow, forgetEnding, subscribe } from '../../lib/endings.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { newKey, post, refresh } from '../../lib/outbox.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { say } from '../../ui/toasts.tsx';

/** What was closed a moment ago, wherever the agent has gone since: the way back stands here. */
export function EndingToasts() {
  const endings = useSyncExternalStore(subscribe, endingsNow);
  return (
    <div className="toasts ends" role="status">
      {endings.map((ending) => (
        <Toast key={`${ending.until}${ending.ids[0]}`} ending={ending} />
      ))}
    </div>
  );
}

function Toast({ ending }: { ending: Ending }) {
  const { t } = useWords();
  const client = useQueryClient();
  const refusal = useRefusal();
  const now = useNow(250);
  const keepOpen = async () => {
    const refused: ApiError[] = [];
    for (const id of ending.ids) forgetEnding(id);
    for (const id of ending.ids) {
      try {
        await post(id, { do: 'keep_open' }, newKey());
      } catch (caught) {
        refused.push(toApiError(caught));
      }
      await refresh(client, id);
    }
    const [first] = refused;
    if (!first) say(t('done.keep_open', { count: ending.ids.length }));
    else if (ending.ids.length > 1) say(t('done.someTooLate', { count: refused.length }));
    else say(first.slug === 'not_in_queue' ? t('done.tooLate') : refusal(first));
  };
  return (
    <div className="tst" data-testid="ending">
      <Check className="i" />
      {/* Whom it is about is what tells one from the other: it has a line of its own. */}
      <span className="grow tstw">
        {ending.name === null ? (
          t('done.endTogether', { count: ending.ids.length })
        ) : (
          <>
            <b className="cut" dir="auto">
              {ending.name}
            </b>
            <span className="fs12">{t('done.resolve')}</span>
          </>
        )}
      </span>
      {/* Told once, not every second. */}
      <span className="n" aria-hidden="true">
        {t('account.seconds', { count: Math.max(1, Math.ceil((ending.until - now) / 1_000)) })}
      </span>
      <button
        type="button"
        className="tstb"
        onClick={() => void keepOpen()}
        data-testid="keep-open"
      >
        {t('app.cancel')}
      </button>
    </div>
  );
}
