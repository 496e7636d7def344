import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Bars } from '../../ui/states.tsx';
import { say } from '../../ui/toasts.tsx';
import { strengthOf } from '../account/strength.ts';
import { browserName } from './browser-name.ts';
import { Device } from './device.tsx';
import { useMoment } from './moment.ts';
import { Form, Panel, Refused } from './parts.tsx';
import { Passkeys } from './passkeys.tsx';
import { Code, CurrentPassword } from './proof.tsx';
import { factorQuery, sessionsQuery } from './queries.ts';
import { TellingPanel } from './telling.tsx';

/** One's own password, second factor and sessions. */
export function AccountPage() {
  const { t, role } = useWords();
  const { data: user } = useSuspenseQuery(sessionQuery);
  if (!user) return null;
  return (
    <>
      <Panel title={t('settings.account.who')} lead={t('settings.account.whoHelp')}>
        <dl className="setdl">
          <dt>{t('claim.name')}</dt>
          <dd>{user.name}</dd>
          <dt>{t('claim.login')}</dt>
          <dd>{user.login}</dd>
          <dt>{t('settings.role')}</dt>
          <dd>{role(user.role)}</dd>
        </dl>
      </Panel>
      {user.is_configured ? (
        <Panel title={t('settings.account.password')}>
          <p className="t2">{t('settings.account.configured')}</p>
        </Panel>
      ) : (
        <Password />
      )}
      <SecondFactor />
      <Passkeys />
      <TellingPanel />
      <Device />
      <Sessions />
    </>
  );
}

function Password() {
  const { t } = useWords();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useMutation({
    mutationFn: () => call(api.PUT('/api/v1/account/password', { body: { current, new: fresh } })),
    onSuccess: () => client.resetQueries({ queryKey: ['session'] }),
  });
  return (
    <Panel title={t('settings.account.password')} lead={t('settings.account.passwordHelp')}>
      <Form className="setform" onSend={() => change.mutate()}>
        <CurrentPassword value={current} onValueChange={setCurrent} />
        <Field
          label={t('settings.account.new')}
          type="password"
          autoComplete="new-password"
          value={fresh}
          onValueChange={setFresh}
          help={
            fresh === ''
              ? t('claim.passwordHelp')
              : `${t('claim.strength')} ${t(`claim.${strengthOf(fresh)}`)}`
          }
        />
        <Refused error={change.error} />
        <Button type="submit" busy={change.isPending} disabled={current === '' || fresh === ''}>
          {t('settings.account.change')}
        </Button>
      </Form>
    </Panel>
  );
}

function SecondFactor() {
  const { t } = useWords();
  const factor = useQuery(factorQuery);
  const [open, setOpen] = useState<'on' | 'off' | null>(null);
  return (
    <Panel
      title={t('settings.account.factor')}
      lead={t('settings.account.factorHelp')}
      action={
        factor.data && (
          <Button onClick={() => setOpen(factor.data.is_on ? 'off' : 'on')}>
            {factor.data.is_on ? t('settings.account.factorOff') : t('settings.account.factorOn')}
          </Button>
        )
      }
    >
      {factor.data?.is_on && (
        <p>
          <span className="chip ok">{t('settings.account.factorIsOn')}</span>{' '}
          {t('settings.account.recoveryLeft', { count: factor.data.recovery_left })}
        </p>
      )}
      <Modal
        open={open !== null}
        onOpenChange={(isOpen) => !isOpen && setOpen(null)}
        title={t('settings.account.factor')}
      >
        {open === 'on' && <Enrol onDone={() => setOpen(null)} />}
        {open === 'off' && <SwitchOff onDone={() => setOpen(null)} />}
      </Modal>
    </Panel>
  );
}

function Enrol({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const enrol = useMutation({
    mutationFn: () => call(api.POST('/api/v1/account/second-factor', { body: { password } })),
  });
  const confirm = useMutation({
    mutationFn: () => call(api.POST('/api/v1/account/second-factor/confirm', { body: { code } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['factor'] }),
  });
  if (confirm.data) {
    return (
      <div className="setdlg">
        <p>{t('settings.account.codesHelp')}</p>
        <ul className="setcodes mono">
          {confirm.data.codes.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <Button look="pri" onClick={onDone}>
          {t('settings.account.codesKept')}
        </Button>
      </div>
    );
  }
  if (enrol.data) {
    const { qr_size: size, qr_path: path, secret } = enrol.data;
    return (
      <Form onSend={() => confirm.mutate()}>
        <p>{t('settings.account.scan')}</p>
        <svg
          className="setqr"
          viewBox={`-2 -2 ${size + 4} ${size + 4}`}
          role="img"
          aria-label={t('settings.account.qr')}
        >
          <path d={path} />
        </svg>
        <p className="fs12 t3">
          {t('settings.account.orType')} <code className="mono">{secret}</code>
        </p>
        <Field
          label={t('settings.account.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onValueChange={setCode}
        />
        <Refused error={confirm.error} />
        <Button look="pri" type="submit" busy={confirm.isPending} disabled={code.length < 6}>
          {t('settings.account.factorOn')}
        </Button>
      </Form>
    );
  }
  return (
    <Form onSend={() => enrol.mutate()}>
      <CurrentPassword value={password} onValueChange={setPassword} />
      <Refused error={enrol.error} />
      <Button look="pri" type="submit" busy={enrol.isPending} disabled={password === ''}>
        {t('settings.next')}
      </Button>
    </Form>
  );
}

function SwitchOff({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const off = useMutation({
    mutationFn: () =>
      call(api.DELETE('/api/v1/account/second-factor', { body: { password, code } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['factor'] });
      onDone();
    },
  });
  return (
    <Form onSend={() => off.mutate()}>
      <CurrentPassword value={password} onValueChange={setPassword} />
      <Code value={code} onValueChange={setCode} />
      <Refused error={off.error} />
      <Button type="submit" busy={off.isPending} disabled={password === '' || code === ''}>
        {t('settings.account.factorOff')}
      </Button>
    </Form>
  );
}

function Sessions() {
  const { t } = useWords();
  const moment = useMoment();
  const client = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const refresh = () => client.invalidateQueries({ queryKey: ['sessions'] });
  const end = useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE('/api/v1/account/sessions/{id}', { params: { path: { id } } })),
    onSuccess: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/account/sessions')),
    onSuccess: async () => {
      await refresh();
      say(t('settings.account.othersEnded'));
    },
  });
  const list = sessions.data ?? [];
  return (
    <Panel
      title={t('settings.account.sessions')}
      lead={t('settings.account.sessionsHelp')}
      action={
        list.length > 1 && (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t('settings.account.endOthers')}
          </Button>
        )
      }
    >
      {sessions.isPending && <Bars count={2} />}
      <Refused error={sessions.error ?? end.error ?? endOthers.error} />
      <ul className="setlist">
        {list.map((one) => (
          <li key={one.id}>
            <span className="grow">
              <b className="med">{browserName(one.browser) || t('settings.account.program')}</b>{' '}
              {one.is_this && <span className="chip acc">{t('settings.account.here')}</span>}
              <span className="sub">
                {one.address} ·{' '}
                {t('settings.account.seen', {
                  when: moment(one.seen_at, {
                    dateStyle: 'medium',
                    timeStyle: 'short',
                  }),
                })}
              </span>
            </span>
            {!one.is_this && (
              <Button size="s" onClick={() => end.mutate(one.id)}>
                {t('settings.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
