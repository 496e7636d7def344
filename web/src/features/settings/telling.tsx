import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Moon } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { isQuiet, tellingQuery } from '../../lib/quiet.ts';
import { Segments } from '../../ui/segments.tsx';
import { Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Panel, Refused, SaveBar, useDraft } from './parts.tsx';
import type { Telling } from './queries.ts';
import { Week } from './week.tsx';

const DIGESTS = ['off', 'hourly', 'daily'] as const;

/** How one wants to be told of what waits. */
export function TellingPanel() {
  const { t } = useWords();
  const telling = useQuery(tellingQuery);
  if (!telling.data) {
    return (
      <Panel title={t('settings.telling.title')}>
        {telling.isError ? <Refused error={telling.error} /> : <Bars count={3} />}
      </Panel>
    );
  }
  return <Editor telling={telling.data} />;
}

function Editor({ telling }: { telling: Telling }) {
  const { t } = useWords();
  const moment = useMoment();
  const client = useQueryClient();
  // Takes the typed texts back as well.
  const [round, setRound] = useState(0);
  const { quiet, digest, mentions } = telling;
  const stored = { quiet, digest, mentions };
  const draft = useDraft(stored);
  const save = useMutation({
    mutationFn: () => call(api.PUT('/api/v1/account/telling', { body: draft.value })),
    onSuccess: (kept) => {
      client.setQueryData(tellingQuery.queryKey, kept);
      draft.reset();
    },
  });
  const now = Date.now();
  const current = telling.quiet_ahead.find((one) => isQuiet([one], now));
  return (
    <Panel
      title={t('settings.telling.title')}
      lead={t('settings.telling.lead', { zone: telling.time_zone })}
    >
      {current && (
        <p data-testid="quiet-now">
          <span className="chip warn lg">
            <Moon className="i" />
            {t('settings.telling.now', {
              when: moment(current.until, {
                weekday: 'long',
                hour: '2-digit',
                minute: '2-digit',
                timeZone: telling.time_zone,
              }),
            })}
          </span>
        </p>
      )}
      <Week
        key={round}
        weekly={draft.value.quiet}
        words={{ none: t('settings.telling.none'), wrong: t('settings.telling.wrong') }}
        onChange={(weekly) => {
          // A day without any is one that is not named.
          const named = Object.entries(weekly).filter(([, periods]) => periods.length > 0);
          draft.set({ ...draft.value, quiet: Object.fromEntries(named) });
        }}
      />
      <div className="fld setsub">
        <span className="flabel">{t('settings.telling.digest')}</span>
        <span className="row wrap">
          <Segments
            label={t('settings.telling.digest')}
            of={DIGESTS}
            value={draft.value.digest}
            onPick={(digest) => draft.set({ ...draft.value, digest })}
          >
            {(one) => t(`settings.telling.${one}`)}
          </Segments>
        </span>
        <span className="fhelp">
          {telling.mail_to === null
            ? t('settings.telling.noMail')
            : t('settings.telling.digestHelp', { address: telling.mail_to })}
        </span>
      </div>
      <div className="fld setsub">
        <label className="setcheck">
          <input
            type="checkbox"
            checked={draft.value.mentions}
            onChange={(event) => draft.set({ ...draft.value, mentions: event.target.checked })}
            aria-describedby="mail-mentions-help"
            data-testid="mail-mentions"
          />
          {t('settings.telling.mentions')}
        </label>
        <span id="mail-mentions-help" className="fhelp">
          {t('settings.telling.mentionsHelp')}
        </span>
      </div>
      <SaveBar
        draft={{
          ...draft,
          reset: () => {
            draft.reset();
            setRound(round + 1);
          },
        }}
        save={save}
        onSave={() => save.mutate()}
      />
    </Panel>
  );
}
