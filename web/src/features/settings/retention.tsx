import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import type { components } from '../../api/schema.ts';
import { useWords } from '../../lib/i18n.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Panel, Refused, SaveBar, Select, useDraft } from './parts.tsx';

type Retention = components['schemas']['Retention'];
type Preview = components['schemas']['RetentionPreview'];
type Going = components['schemas']['Going'];

export const KINDS = ['messages', 'files', 'contacts', 'raw', 'quarantine', 'accesses'] as const;
type Kind = (typeof KINDS)[number];

const DAYS: Record<Kind, readonly number[]> = {
  messages: [30, 90, 180, 365, 730, 1095],
  files: [7, 30, 90, 180, 365, 730, 1095],
  contacts: [90, 180, 365, 730, 1095],
  raw: [8, 30, 90, 365],
  quarantine: [7, 30, 90, 365],
  accesses: [90, 180, 365, 730, 1095],
};

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: () => call(api.GET('/api/v1/settings/retention')),
});

/** How long each kind is kept, and what a change would let go before it is made. */
export function RetentionPanel({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const rules = useQuery(retentionQuery);
  return (
    <Panel title={t('settings.retention.title')} lead={t('settings.retention.lead')}>
      {rules.isPending && <Bars count={5} />}
      <Refused error={rules.error} />
      {rules.data && <Editor rules={rules.data} canEdit={canEdit} />}
    </Panel>
  );
}

function Editor({ rules, canEdit }: { rules: Retention; canEdit: boolean }) {
  const { t } = useWords();
  const client = useQueryClient();
  const draft = useDraft(rules);
  const [isAsking, setAsking] = useState(false);
  const wanted = draft.value;
  const preview = useQuery({
    queryKey: ['retention', 'preview', wanted],
    queryFn: () => call(api.POST('/api/v1/settings/retention/preview', { body: wanted })),
    enabled: canEdit && draft.isChanged,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const save = useMutation({
    mutationFn: () => call(api.PUT('/api/v1/settings/retention', { body: wanted })),
    onSuccess: async (kept) => {
      client.setQueryData(['retention'], kept);
      draft.reset();
    },
  });
  const told = draft.isChanged && !preview.isPlaceholderData ? preview.data : undefined;
  const going = told ? KINDS.filter((kind) => (told[kind]?.count ?? 0) > 0) : [];
  return (
    <>
      <ul className="setlist">
        {KINDS.map((kind) => (
          <li key={kind} data-testid={`keep-${kind}`}>
            <span className="grow">
              <b className="med">{t(`settings.retention.${kind}`)}</b>
              <span className="sub">{t(`settings.retention.${kind}Help`)}</span>
              <span className="sub" aria-live="polite">
                {told?.[kind] && <Goes kind={kind} going={told[kind]} />}
              </span>
            </span>
            {canEdit ? (
              <Select
                label={t(`settings.retention.${kind}`)}
                hideLabel
                value={String(wanted[kind] ?? '')}
                options={options(kind, rules[kind]).map((days) => [
                  days === null ? '' : String(days),
                  kept(t, days),
                ])}
                onPick={(days) =>
                  draft.set({ ...wanted, [kind]: days === '' ? null : Number(days) })
                }
              />
            ) : (
              <span className="t3">{kept(t, rules[kind])}</span>
            )}
          </li>
        ))}
      </ul>
      <p className="t3 fs12">{t('settings.retention.stays')}</p>
      <Refused error={preview.error} />
      <SaveBar
        draft={draft}
        save={{
          ...save,
          isPending: save.isPending || (draft.isChanged && !told && !preview.error),
        }}
        onSave={() => (going.length > 0 ? setAsking(true) : save.mutate())}
      />
      {told && (
        <Confirm
          open={isAsking}
          onOpenChange={setAsking}
          title={t('settings.retention.sure')}
          lead={t('settings.retention.sureLead')}
          word={t('settings.retention.word')}
          act={t('settings.retention.act')}
          onAct={async () => {
            await save.mutateAsync();
          }}
        >
          <ul>
            {going.map((kind) => (
              <li key={kind}>
                {t(`settings.retention.${kind}`)} <Goes kind={kind} going={told[kind]} />
              </li>
            ))}
          </ul>
        </Confirm>
      )}
    </>
  );
}

/** How much of a kind would go now. */
function Goes({ kind, going }: { kind: Kind; going: Preview[Kind] | Going }) {
  const { t, locale } = useWords();
  const moment = useMoment();
  if (!going) return null;
  if (going.count === 0) return <span className="t3">{t('settings.retention.none')}</span>;
  const count = new Intl.NumberFormat(locale).format(going.count);
  const size =
    kind === 'files' && going.bytes > 0
      ? ` (${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(going.bytes / 1_048_576)} MB)`
      : '';
  return (
    <span className="setbad">
      {t(going.is_more ? 'settings.retention.goesMore' : 'settings.retention.goes', { count })}
      {size}
      {going.oldest && (
        <span className="t3">
          {' '}
          {t('settings.retention.oldest', {
            date: moment(going.oldest, { dateStyle: 'medium' }),
          })}
        </span>
      )}
    </span>
  );
}

/** What can be chosen, with what is set where that is something else. */
function options(kind: Kind, current: number | null): (number | null)[] {
  const days = new Set(DAYS[kind]);
  if (current !== null) days.add(current);
  return [null, ...[...days].sort((a, b) => a - b)];
}

export function kept(t: ReturnType<typeof useWords>['t'], days: number | null): string {
  return days === null
    ? t('settings.retention.keep')
    : t('settings.retention.days', { count: days });
}
