import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Form, Panel, Refused, Select } from './parts.tsx';
import { type Notifier, notifiersQuery } from './queries.ts';

/** Where agents are told beside the browser. */
export function NotificationsPage() {
  const { t } = useWords();
  const places = useQuery(notifiersQuery);
  return (
    <>
      <p className="t3 setlead">{t('settings.notify.lead')}</p>
      {places.isPending && <Bars count={3} />}
      <Refused error={places.error} />
      {places.data?.map((one) => (
        <Place key={one.kind} place={one} />
      ))}
    </>
  );
}

const EMPTY = {
  url: '',
  host: '',
  port: '',
  security: 'starttls',
  user: '',
  password: '',
  from: '',
};

function Place({ place }: { place: Notifier }) {
  const { t } = useWords();
  const moment = useMoment();
  const client = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const isMail = place.kind === 'email';
  const isPush = place.kind === 'push';
  const path = { path: { kind: place.kind } };
  const refresh = () => client.invalidateQueries({ queryKey: ['notifiers'] });
  const save = useMutation({
    mutationFn: (isOff: boolean) =>
      call(
        api.PUT('/api/v1/notifiers/{kind}', {
          params: path,
          body: isOff
            ? {}
            : isPush
              ? { is_on: true }
              : isMail
                ? {
                    host: form.host,
                    security: form.security,
                    user: form.user,
                    password: form.password,
                    from: form.from,
                    ...(form.port === '' ? {} : { port: Number(form.port) }),
                  }
                : { url: form.url },
        }),
      ),
    onSuccess: async () => {
      setForm(EMPTY);
      await refresh();
      await client.invalidateQueries({ queryKey: ['push'] });
    },
  });
  const test = useMutation({
    mutationFn: () => call(api.POST('/api/v1/notifiers/{kind}/test', { params: path })),
    onSuccess: refresh,
  });
  const set = (field: keyof typeof EMPTY) => ({
    value: form[field],
    onValueChange: (value: string) => setForm((before) => ({ ...before, [field]: value })),
    autoComplete: 'off',
    spellCheck: false,
  });
  const tested = place.tested;
  return (
    <Panel
      title={t(`settings.notify.${place.kind}`)}
      lead={t(`settings.notify.${place.kind}Help`)}
      action={
        place.is_set ? (
          <>
            <Button busy={test.isPending} onClick={() => test.mutate()}>
              {t('settings.notify.test')}
            </Button>
            <Button look="ghost" busy={save.isPending} onClick={() => save.mutate(true)}>
              {t('settings.notify.off')}
            </Button>
          </>
        ) : (
          place.is_missed && <span className="chip warn">{t('settings.notify.missed')}</span>
        )
      }
    >
      {place.is_set && (
        <p>
          <span className="chip ok">{t('settings.notify.on')}</span>{' '}
          <span className="mono fs12">{place.shown}</span>
        </p>
      )}
      {tested && (
        <p className={tested.is_fine ? 'setgood' : 'setbad'}>
          {tested.is_fine ? <CircleCheck className="i" /> : <CircleX className="i" />}
          <span>
            {tested.is_fine ? t('settings.notify.arrived') : t('settings.notify.failed')}{' '}
            <span className="mono fs12">{tested.said}</span>{' '}
            <span className="t3">
              {moment(tested.at, { dateStyle: 'short', timeStyle: 'short' })}
            </span>
          </span>
        </p>
      )}
      <Refused error={save.error ?? test.error} />
      {isPush ? (
        !place.is_set && (
          <div className="row">
            <Button busy={save.isPending} onClick={() => save.mutate(false)}>
              {t('settings.notify.switchOn')}
            </Button>
          </div>
        )
      ) : (
        <Form className="setform" onSend={() => save.mutate(false)}>
          {isMail ? (
            <div className="g2c">
              <Field
                label={t('settings.notify.host')}
                placeholder="smtp.example.com"
                {...set('host')}
              />
              <Field
                label={t('settings.notify.port')}
                help={t('settings.notify.portHelp')}
                type="number"
                {...set('port')}
              />
              <Select
                label={t('settings.notify.security')}
                value={form.security}
                options={['starttls', 'tls', 'none'].map(
                  (one) => [one, t(`settings.notify.security_${one}`)] as const,
                )}
                onPick={(security) => setForm((before) => ({ ...before, security }))}
              />
              <Field
                label={t('settings.notify.from')}
                placeholder="support@example.com"
                {...set('from')}
              />
              <Field label={t('settings.notify.user')} {...set('user')} />
              <Field label={t('settings.notify.password')} type="password" {...set('password')} />
            </div>
          ) : (
            <Field
              label={t('settings.notify.url')}
              type="url"
              placeholder={t(`settings.notify.${place.kind}Url`)}
              {...set('url')}
            />
          )}
          <Button
            type="submit"
            busy={save.isPending}
            disabled={isMail ? form.host === '' || form.from === '' : form.url === ''}
          >
            {place.is_set ? t('settings.notify.replace') : t('settings.notify.set')}
          </Button>
        </Form>
      )}
    </Panel>
  );
}
