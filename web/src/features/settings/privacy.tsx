import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { ApiError, api, call } from '../../api/client.ts';
import { instanceQuery } from '../../api/session.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Panel, Refused } from './parts.tsx';
import { keepFile, recordPage } from './processing.ts';
import { channelsQuery, notifiersQuery, webhooksQuery } from './queries.ts';
import { KINDS, kept, RetentionPanel, retentionQuery } from './retention.tsx';

const STORED = [
  'conversations',
  'files',
  'contacts',
  'receipts',
  'accounts',
  'audit',
  'accesses',
  'backups',
] as const;

/** What a person may ask for; each is done on their own page. */
const RIGHTS = ['copy', 'rectify', 'restrict', 'erase', 'object'] as const;

/** The model that is connected; none is no error. */
const modelQuery = {
  queryKey: ['model'],
  queryFn: async () => {
    try {
      return await call(api.GET('/api/v1/model'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  },
};

/** What is stored, how long, and who receives it: read from what is really set up. */
export function PrivacyPage({ canEdit }: { canEdit: boolean }) {
  const { t, locale } = useWords();
  const moment = useMoment();
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const channels = useQuery(channelsQuery);
  const places = useQuery(notifiersQuery);
  const model = useQuery(modelQuery);
  // Their addresses are for admins.
  const hooks = useQuery({ ...webhooksQuery, enabled: canEdit });
  const rules = useQuery(retentionQuery);
  const live = channels.data?.filter((one) => one.kind !== 'simulator') ?? [];
  const told = new Set(places.data?.filter((one) => one.is_set).map((one) => one.kind));
  const receivers: [string, boolean][] = [
    ['provider', live.length > 0],
    ['slack', told.has('slack')],
    ['teams', told.has('teams')],
    ['email', told.has('email')],
    ['push', told.has('push')],
    ['model', model.data?.is_on === true],
    ...(canEdit
      ? [['webhooks', hooks.data?.some((one) => one.is_on) === true] as [string, boolean]]
      : []),
    ['telemetry', false],
  ];
  const where = model.data ? modelHost(model.data.base_url) : null;
  const what = (who: string) =>
    t(`settings.privacy.to_${who}_what`) + (who === 'model' && where ? ` (${where})` : '');
  const state = (isOn: boolean) => t(isOn ? 'settings.privacy.on' : 'settings.privacy.off');
  const atRest = instance.is_encrypted ? 'encryptionSealed' : 'encryptionClear';
  const encryption = `${t('settings.privacy.encryptionText')} ${t(`settings.privacy.${atRest}`)}`;
  const keep = () => {
    const now = moment(new Date().toISOString(), { dateStyle: 'long', timeStyle: 'short' });
    const page = recordPage(
      locale,
      t('settings.privacy.record', { name: instance.name }),
      t('settings.privacy.recordLead', { when: now }),
      [
        {
          title: t('settings.privacy.map'),
          lines: STORED.map((one) => [
            t(`settings.privacy.${one}`),
            t(`settings.privacy.${one}_where`),
            t(`settings.privacy.${one}_long`),
          ]),
        },
        {
          title: t('settings.retention.title'),
          lines: KINDS.map((kind) => [
            t(`settings.retention.${kind}`),
            kept(t, rules.data?.[kind] ?? null),
          ]),
        },
        {
          title: t('settings.privacy.receivers'),
          lines: receivers.map(([who, isOn]) => [
            t(`settings.privacy.to_${who}`),
            what(who),
            state(isOn),
          ]),
        },
        {
          title: t('settings.privacy.rights'),
          lines: RIGHTS.map((one) => [
            t(`settings.privacy.right_${one}`),
            t(`settings.privacy.right_${one}_how`),
          ]),
        },
        {
          title: t('settings.privacy.encryption'),
          lines: [[encryption]],
        },
      ],
    );
    keepFile(`${t('settings.privacy.recordFile')}.html`, page);
  };
  const isReady = places.data && channels.data && rules.data && !model.isPending;
  return (
    <>
      <Panel
        title={t('settings.privacy.map')}
        lead={t('settings.privacy.mapHelp')}
        action={
          <Button disabled={!isReady} onClick={keep} data-testid="record">
            <Download className="i" />
            {t('settings.privacy.recordGet')}
          </Button>
        }
      >
        {places.isPending && <Bars count={4} />}
        <Refused error={places.error ?? channels.error} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables are scrolled with keys */}
        <section className="tscroll" tabIndex={0} aria-label={t('settings.privacy.map')}>
          <table className="settab stack">
            <thead>
              <tr>
                <th scope="col">{t('settings.privacy.what')}</th>
                <th scope="col">{t('settings.privacy.where')}</th>
                <th scope="col">{t('settings.privacy.howLong')}</th>
              </tr>
            </thead>
            <tbody>
              {STORED.map((one) => (
                <tr key={one}>
                  <th scope="row">{t(`settings.privacy.${one}`)}</th>
                  <td>{t(`settings.privacy.${one}_where`)}</td>
                  <td>{t(`settings.privacy.${one}_long`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </Panel>
      <RetentionPanel canEdit={canEdit} />
      <Panel title={t('settings.privacy.receivers')} lead={t('settings.privacy.receiversHelp')}>
        <ul className="setlist">
          {receivers.map(([who, isOn]) => (
            <li key={who}>
              <span className="grow">
                <b className="med">{t(`settings.privacy.to_${who}`)}</b>
                <span className="sub">{what(who)}</span>
              </span>
              <span className={`chip ${isOn ? 'warn' : 'ok'}`}>{state(isOn)}</span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('settings.privacy.rights')} lead={t('settings.privacy.rightsHelp')}>
        <ul className="setlist" data-testid="rights">
          {RIGHTS.map((one) => (
            <li key={one}>
              <span className="grow">
                <b className="med">{t(`settings.privacy.right_${one}`)}</b>
                <span className="sub">{t(`settings.privacy.right_${one}_how`)}</span>
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('settings.privacy.encryption')}>
        <p>{encryption}</p>
      </Panel>
    </>
  );
}

/** Only whose machine it is: the rest of an address may hold a key. */
function modelHost(address: string): string | null {
  try {
    return new URL(address).host;
  } catch {
    return null;
  }
}
