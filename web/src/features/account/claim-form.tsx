import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, call, toApiError } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Failure } from '../../ui/states.tsx';
import { MIN_PASSWORD, strengthOf } from './strength.ts';

const LEVEL = { weak: 1, fair: 2, strong: 3 } as const;

export function ClaimForm({ token, onDone }: { token: string; onDone: () => void }) {
  const t = useTranslations();
  const client = useQueryClient();
  const [form, setForm] = useState({ name: '', login: '', password: '' });
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const claim = useMutation({
    mutationFn: () => call(api.POST('/api/v1/claim', { body: { token, ...form } })),
    onSuccess: async ({ user }) => {
      client.setQueryData(['session'], user);
      await client.invalidateQueries({ queryKey: ['instance'] });
      onDone();
    },
  });

  const length = [...form.password].length;
  const strength = strengthOf(form.password);
  const errors = {
    name: form.name.trim() === '' ? t('claim.missingName') : undefined,
    login: form.login.trim() === '' ? t('claim.missingLogin') : undefined,
    password:
      length < MIN_PASSWORD
        ? t('claim.shortPassword', { count: MIN_PASSWORD - length })
        : undefined,
  };
  const shown = (field: keyof typeof errors) => (touched.has(field) ? errors[field] : undefined);
  const touch = (...fields: string[]) => setTouched((before) => new Set([...before, ...fields]));
  const set = (field: keyof typeof form) => ({
    value: form[field],
    onValueChange: (value: string) => setForm((before) => ({ ...before, [field]: value })),
    onBlur: () => form[field] !== '' && touch(field),
    error: shown(field),
    required: true,
  });

  const problem = claim.error ? toApiError(claim.error) : null;
  if (problem && [404, 409, 410].includes(problem.status)) return <DeadLink />;

  return (
    <form
      className="col g4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        touch('name', 'login', 'password');
        if (Object.values(errors).every((error) => error === undefined)) claim.mutate();
      }}
    >
      <Field label={t('claim.name')} name="name" autoComplete="name" autoFocus {...set('name')} />
      <Field
        label={t('claim.login')}
        name="login"
        type="email"
        autoComplete="username"
        spellCheck={false}
        {...set('login')}
      />
      <Field
        label={t('claim.password')}
        name="password"
        type="password"
        autoComplete="new-password"
        {...set('password')}
        help={
          form.password === '' ? (
            t('claim.passwordHelp')
          ) : (
            <span className={`strength l${LEVEL[strength]}`}>
              <i />
              <i />
              <i />
              {t('claim.strength')} {t(`claim.${strength}`)}
            </span>
          )
        }
      />
      {problem && <Failure error={problem} />}
      <Button look="pri" size="lg" type="submit" busy={claim.isPending}>
        {claim.isPending ? t('claim.busy') : t('claim.submit')}
      </Button>
    </form>
  );
}

export function DeadLink() {
  const t = useTranslations();
  return (
    <div className="col g3" role="alert">
      <b>{t('claim.expired')}</b>
      <p>{t('claim.expiredHelp')}</p>
      <Command />
    </div>
  );
}

export function Command({ text = 'relais admin claim-link' }: { text?: string }) {
  return <code className="cmd mono">{text}</code>;
}
