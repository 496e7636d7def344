import { useQuery } from '@tanstack/react-query';
import { useWords } from '../../lib/i18n.ts';
import { Bars } from '../../ui/states.tsx';
import { Panel, Refused } from './parts.tsx';
import { channelsQuery, notifiersQuery } from './queries.ts';
import { RetentionPanel } from './retention.tsx';

const STORED = [
  'conversations',
  'files',
  'contacts',
  'receipts',
  'accounts',
  'audit',
  'backups',
] as const;

/** What is stored, how long, and who receives it: read from what is really set up. */
export function PrivacyPage({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const channels = useQuery(channelsQuery);
  const places = useQuery(notifiersQuery);
  const live = channels.data?.filter((one) => one.kind !== 'simulator') ?? [];
  const told = new Set(places.data?.filter((one) => one.is_set).map((one) => one.kind));
  const receivers: [string, boolean][] = [
    ['provider', live.length > 0],
    ['slack', told.has('slack')],
    ['teams', told.has('teams')],
    ['email', told.has('email')],
    ['push', told.has('push')],
    ['telemetry', false],
  ];
  return (
    <>
      <Panel title={t('settings.privacy.map')} lead={t('settings.privacy.mapHelp')}>
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
                <span className="sub">{t(`settings.privacy.to_${who}_what`)}</span>
              </span>
              <span className={`chip ${isOn ? 'warn' : 'ok'}`}>
                {isOn ? t('settings.privacy.on') : t('settings.privacy.off')}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('settings.privacy.encryption')}>
        <p>{t('settings.privacy.encryptionText')}</p>
      </Panel>
    </>
  );
}
