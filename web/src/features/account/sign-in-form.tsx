import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, call, toApiError } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Banner, Failure } from '../../ui/states.tsx';
import { CodeField } from './code-field.tsx';

export function SignInForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations();
  const client = useQueryClient();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [touched, setTouched] = useState(false);
  const signIn = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/session', {
          body: { login, password, ...(code === '' ? {} : { code }) },
        }),
      ),
    onSuccess: ({ user }) => {
      client.setQueryData(['session'], user);
      onDone();
    },
  });
  const problem = signIn.error ? toApiError(signIn.error) : null;
  // Asked for once the password was right.
  const needsCode = problem?.slug === 'second_factor_needed' || code !== '';

  return (
    <form
      className="col g4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTouched(true);
        if (login.trim() !== '' && password !== '') signIn.mutate();
      }}
    >
      <Field
        label={t('claim.login')}
        name="login"
        type="email"
        autoComplete="username"
        spellCheck={false}
        autoFocus
        required
        value={login}
        onValueChange={setLogin}
        error={touched && login.trim() === '' ? t('claim.missingLogin') : undefined}
      />
      <Field
        label={t('claim.password')}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onValueChange={setPassword}
        error={touched && password === '' ? t('signIn.missingPassword') : undefined}
      />
      {needsCode && (
        <CodeField value={code} onChange={setCode} isWrong={problem?.slug === 'wrong_code'} />
      )}
      {problem && !['second_factor_needed', 'wrong_code'].includes(problem.slug) && (
        <Refusal problem={problem} />
      )}
      <Button look="pri" size="lg" type="submit" busy={signIn.isPending}>
        {signIn.isPending ? t('signIn.busy') : t('signIn.submit')}
      </Button>
    </form>
  );
}

function Refusal({ problem }: { problem: ReturnType<typeof toApiError> }) {
  const t = useTranslations();
  if (problem.status !== 401 && problem.status !== 429) return <Failure error={problem} />;
  return (
    <Banner tone="bad" icon={<CircleX className="i" />}>
      {problem.status === 429 ? (
        t('signIn.tooMany')
      ) : (
        <>
          <b>{t('signIn.wrong')}</b> {t('signIn.wrongHelp')}
        </>
      )}
    </Banner>
  );
}
