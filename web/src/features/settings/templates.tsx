import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { CircleX, RefreshCw, TriangleAlert } from 'lucide-react';
import { api, call } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import type { components } from '../../api/schema.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Banner, Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Panel, Refused } from './parts.tsx';

type Account = components['schemas']['TemplateAccount'];
type Listed = components['schemas']['ProviderTemplate'];

const TONES: Record<Listed['standing'], string> = {
  approved: 'ok',
  pending: 'warn',
  rejected: 'bad',
  paused: 'bad',
  disabled: 'bad',
  gone: 'bad',
  unknown: '',
};

/** What WhatsApp holds of each template, and what has to be done about it. */
export function TemplatesPanel() {
  const { t } = useWords();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const canSync = ['owner', 'admin'].includes(user?.role ?? '');
  const accounts = useQuery({
    queryKey: ['templates', 'provider'],
    queryFn: async () => (await call(api.GET('/api/v1/templates/provider'))).items,
    refetchInterval: 30_000,
  });
  return (
    <>
      {accounts.isPending && (
        <Panel title={t('settings.templates.title')}>
          <Bars count={3} />
        </Panel>
      )}
      {accounts.error && (
        <Panel title={t('settings.templates.title')}>
          <Refused error={accounts.error} />
        </Panel>
      )}
      {accounts.data?.length === 0 && (
        <Panel title={t('settings.templates.title')} lead={t('settings.templates.noNumber')}>
          {null}
        </Panel>
      )}
      {accounts.data?.map((account) => (
        <AccountPanel key={account.channel} account={account} canSync={canSync} />
      ))}
    </>
  );
}

function AccountPanel({ account, canSync }: { account: Account; canSync: boolean }) {
  const { t, locale } = useWords();
  const moment = useMoment();
  const client = useQueryClient();
  const sync = useMutation({
    mutationFn: () =>
      call(api.POST('/api/v1/templates/sync', { body: { channel: account.channel } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['templates'] }),
  });
  const alarms = account.templates.flatMap((one) => alarmsOf(one).map((alarm) => ({ alarm, one })));
  const language = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' });
  const nameOf = (code: string) => language.of(code.replaceAll('_', '-')) ?? code;
  return (
    <Panel
      title={`${t('settings.templates.title')} · ${account.channel_name}`}
      lead={
        account.listed_at
          ? t('settings.templates.listedAt', {
              when: moment(account.listed_at, { dateStyle: 'medium', timeStyle: 'short' }),
            })
          : t('settings.templates.never')
      }
      action={
        canSync && (
          <Button busy={sync.isPending} onClick={() => sync.mutate()} data-testid="sync-templates">
            <RefreshCw className="i i14" />
            {t('settings.templates.sync')}
          </Button>
        )
      }
    >
      <Refused error={sync.error} />
      {alarms.map(({ alarm, one }) => (
        <Banner
          key={`${alarm}/${one.name}/${one.language}`}
          tone={alarm === 'yellow' || alarm === 'category' ? 'warn' : 'bad'}
          icon={
            alarm === 'yellow' || alarm === 'category' ? (
              <TriangleAlert className="i" />
            ) : (
              <CircleX className="i" />
            )
          }
        >
          <b>{one.name}</b>{' '}
          {t(`settings.templates.alarm_${alarm}`, {
            reason: reasonOf(t, one.reason),
            category: categoryOf(t, one.next_category ?? one.category),
          })}
        </Banner>
      ))}
      {account.templates.length === 0 ? (
        <p className="t3">{t('settings.templates.empty')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables are scrolled with keys
        <section className="tscroll" tabIndex={0} aria-label={t('settings.templates.title')}>
          <table className="settab stack">
            <thead>
              <tr>
                <th scope="col">{t('settings.templates.name')}</th>
                <th scope="col">{t('settings.language')}</th>
                <th scope="col">{t('settings.templates.category')}</th>
                <th scope="col">{t('settings.templates.standing')}</th>
                <th scope="col">{t('settings.templates.quality')}</th>
              </tr>
            </thead>
            <tbody>
              {account.templates.map((one) => (
                <tr key={`${one.name}/${one.language}`} data-testid="provider-template">
                  <th scope="row">
                    <span className="mono">{one.name}</span>
                    {!one.is_used && <span className="sub">{t('settings.templates.unused')}</span>}
                  </th>
                  <td>{nameOf(one.language)}</td>
                  <td>{categoryOf(t, one.category)}</td>
                  <td>
                    <span className={`chip ${TONES[one.standing]}`}>
                      {t(`settings.templates.standing_${one.standing}`)}
                    </span>
                  </td>
                  <td>{t(`settings.templates.quality_${one.quality}`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}

type Alarm = 'rejected' | 'paused' | 'disabled' | 'gone' | 'absent' | 'red' | 'yellow' | 'category';

/** What somebody should know of a template, the worst first. Of what nobody uses, nothing. */
function alarmsOf(one: Listed): Alarm[] {
  if (!one.is_used) return [];
  const alarms: Alarm[] = [];
  if (one.standing === 'gone' && one.changed_at === null) alarms.push('absent');
  else if (
    one.standing === 'rejected' ||
    one.standing === 'paused' ||
    one.standing === 'disabled' ||
    one.standing === 'gone'
  )
    alarms.push(one.standing);
  if (one.quality === 'red' || one.quality === 'yellow') alarms.push(one.quality);
  if (one.next_category !== null) alarms.push('category');
  return alarms;
}

type Translate = ReturnType<typeof useWords>['t'];

function categoryOf(t: Translate, category: string): string {
  const key = `settings.templates.category_${category}`;
  return t.has(key) ? t(key) : category;
}

function reasonOf(t: Translate, reason: string | null): string {
  if (reason === null) return t('settings.templates.reason_none');
  const key = `settings.templates.reason_${reason}`;
  return t.has(key) ? t(key) : reason.replaceAll('_', ' ');
}
