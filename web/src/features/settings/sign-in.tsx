import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import type { components } from '../../api/schema.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Field } from '../../ui/field.tsx';
import { Bars } from '../../ui/states.tsx';
import { Copied, Form, Panel, Refused, Select } from './parts.tsx';

type Sso = components['schemas']['Sso'];

const ssoQuery = queryOptions({
  queryKey: ['sso'],
  queryFn: () => call(api.GET('/api/v1/sso')),
});

const ROLES = ['agent', 'supervisor', 'auditor', 'admin'] as const;

/** Who else vouches for people: the company's own provider. */
export function SignInSettings() {
  const { t } = useWords();
  const sso = useQuery(ssoQuery);
  return (
    <>
      <p className="t3 setlead">{t('settings.sso.lead')}</p>
      {sso.isPending && <Bars count={3} />}
      <Refused error={sso.error} />
      {sso.data && <Provider sso={sso.data} />}
    </>
  );
}

function Provider({ sso }: { sso: Sso }) {
  const { t } = useWords();
  const client = useQueryClient();
  const known = sso.settings;
  const [form, setForm] = useState({
    name: known?.name ?? '',
    issuer: known?.issuer ?? '',
    client_id: known?.client_id ?? '',
    domains: known?.domains.join(', ') ?? '',
    role: known?.role ?? '',
    is_on: known?.is_on ?? true,
  });
  const [secret, setSecret] = useState('');
  const [isRemoving, setRemoving] = useState(false);
  const refresh = async () => {
    setSecret('');
    await client.invalidateQueries({ queryKey: ['sso'] });
    await client.invalidateQueries({ queryKey: ['instance'] });
  };
  const save = useMutation({
    mutationFn: () =>
      call(
        api.PUT('/api/v1/sso', {
          body: {
            settings: {
              ...form,
              domains: form.domains.split(/[\s,;]+/).filter((one) => one !== ''),
              role: form.role === '' ? null : form.role,
            },
            ...(secret === '' ? {} : { client_secret: secret }),
          },
        }),
      ),
    onSuccess: refresh,
  });
  const set = (field: 'name' | 'issuer' | 'client_id' | 'domains') => ({
    value: form[field],
    onValueChange: (value: string) => setForm((before) => ({ ...before, [field]: value })),
    autoComplete: 'off',
    spellCheck: false,
  });
  return (
    <Panel
      title={t('settings.sso.title')}
      lead={t('settings.sso.rules')}
      action={
        known && (
          <>
            <span className={known.is_on ? 'chip ok' : 'chip'}>
              {t(known.is_on ? 'settings.sso.on' : 'settings.sso.off')}
            </span>
            <Button look="ghost" onClick={() => setRemoving(true)}>
              {t('settings.sso.remove')}
            </Button>
          </>
        )
      }
    >
      <Copied label={t('settings.sso.redirect')} text={sso.redirect_uri} />
      <Form className="setform" onSend={() => save.mutate()}>
        <div className="g2c">
          <Field label={t('settings.sso.name')} required {...set('name')} />
          <Field
            label={t('settings.sso.issuer')}
            help={t('settings.sso.issuerHelp')}
            required
            {...set('issuer')}
          />
          <Field label={t('settings.sso.client')} required {...set('client_id')} />
          <Field
            label={t('settings.sso.secret')}
            help={sso.has_secret ? t('settings.sso.secretKept') : undefined}
            type="password"
            autoComplete="off"
            value={secret}
            onValueChange={setSecret}
          />
          <Field
            label={t('settings.sso.domains')}
            help={t('settings.sso.domainsHelp')}
            placeholder="example.com"
            {...set('domains')}
          />
          <Select
            label={t('settings.sso.role')}
            value={form.role}
            options={[
              ['', t('settings.sso.role_none')] as const,
              ...ROLES.map((one) => [one, t(`role.${one}`)] as const),
            ]}
            onPick={(role) => setForm((before) => ({ ...before, role }))}
          />
        </div>
        <label className="row">
          <input
            type="checkbox"
            checked={form.is_on}
            onChange={(event) => setForm((before) => ({ ...before, is_on: event.target.checked }))}
          />
          {t('settings.sso.isOn')}
        </label>
        <Refused error={save.error} />
        <div className="row">
          <Button look="pri" type="submit" busy={save.isPending}>
            {t('settings.save')}
          </Button>
        </div>
      </Form>
      <Confirm
        open={isRemoving}
        onOpenChange={setRemoving}
        title={t('settings.sso.remove')}
        lead={t('settings.sso.removeLead')}
        act={t('settings.sso.remove')}
        onAct={async () => {
          await call(api.DELETE('/api/v1/sso'));
          await refresh();
        }}
      />
    </Panel>
  );
}
