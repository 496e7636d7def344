import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell, BellOff, Download } from 'lucide-react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { install, useInstalling } from '../../lib/install.ts';
import { canPush, isPushing, startPush, stopPush } from '../../lib/push.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from './parts.tsx';

/** What this device can do with the app, and why it cannot where it cannot. */
export function Device() {
  const { t } = useWords();
  const installing = useInstalling();
  return (
    <Panel
      title={t('settings.device.title')}
      lead={t('settings.device.lead')}
      action={
        installing === 'ready' && (
          <Button size="s" onClick={() => void install()}>
            <Download className="i" />
            {t('settings.device.install')}
          </Button>
        )
      }
    >
      {installing !== 'ready' && (
        <p className="t2" data-testid="installing">
          {t(`settings.device.is_${installing}`)}
        </p>
      )}
      <Push />
    </Panel>
  );
}

/** Told on this device also while the app is closed: this person's choice for this device. */
function Push() {
  const { t } = useWords();
  const client = useQueryClient();
  const server = useQuery({
    queryKey: ['push'],
    queryFn: async () => ({
      key: (await call(api.GET('/api/v1/account/push'))).key,
      isOn: await isPushing(),
    }),
  });
  const change = useMutation({
    mutationFn: (key: string | null) =>
      key === null ? stopPush().then(() => null) : startPush(key),
    onSettled: () => client.invalidateQueries({ queryKey: ['push'] }),
  });
  if (!server.data) return null;
  const { key, isOn } = server.data;
  // On plain http the line above has said why.
  if (!canPush()) return null;
  return (
    <section className="setsub" data-testid="push">
      <div className="row wrap">
        <div className="grow">
          <h3>{t('settings.device.push')}</h3>
          <p className="t3 fs12">
            {t(key === null ? 'settings.device.pushOff' : 'settings.device.pushHelp')}
          </p>
        </div>
        {key !== null && (
          <Button
            size="s"
            busy={change.isPending}
            aria-pressed={isOn}
            onClick={() => change.mutate(isOn ? null : key)}
          >
            {isOn ? <BellOff className="i" /> : <Bell className="i" />}
            {t(isOn ? 'settings.device.pushStop' : 'settings.device.pushStart')}
          </Button>
        )}
      </div>
      {change.data && (
        <p className="setbad" role="alert">
          {t(`settings.device.push_${change.data}`)}
        </p>
      )}
    </section>
  );
}
