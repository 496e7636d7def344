import '../styles/sign-form.css';
import '../styles/parts.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { instanceQuery } from '../api/queries.ts';
import { ClaimForm, Command } from '../features/account/claim-form.tsx';
import { CompanySignIn } from '../features/account/company-sign-in.tsx';
import { LanguageSwitch } from '../features/account/language-switch.tsx';
import { PasskeySignIn } from '../features/account/passkey-sign-in.tsx';
import { SignInForm } from '../features/account/sign-in-form.tsx';
import { useTitle } from '../lib/title.ts';
import { Button } from '../ui/button.tsx';
import { SignPage } from '../ui/sign-page.tsx';

/** Read once, then taken out of the address bar and of the history. */
function takeToken(): string {
  const token = location.hash.replace(/^#/, '');
  if (token !== '') history.replaceState(history.state, '', location.pathname);
  return token;
}

let remembered = '';

export function ClaimPage() {
  const t = useTranslations();
  const navigate = useNavigate();
  // Kept outside of the component: a second mount must not find an empty hash.
  const [token] = useState(() => {
    remembered = takeToken() || remembered;
    return remembered;
  });
  useTitle(t('claim.title'));
  if (token === '') {
    return (
      <SignPage title={t('claim.noToken')} lead={t('claim.noTokenHelp')}>
        <Command />
      </SignPage>
    );
  }
  return (
    <SignPage title={t('claim.title')} lead={t('claim.lead')}>
      <ClaimForm
        token={token}
        onDone={() => {
          remembered = '';
          void navigate({ to: '/welcome' });
        }}
      />
      <LanguageSwitch />
      <Privacy />
    </SignPage>
  );
}

export function WaitingPage() {
  const t = useTranslations();
  const router = useRouter();
  useTitle(t('waiting.title'));
  return (
    <SignPage title={t('waiting.title')} lead={t('waiting.lead')}>
      <Command />
      <div className="row">
        <Button onClick={() => void router.invalidate()}>{t('waiting.check')}</Button>
      </div>
      <LanguageSwitch />
      <Privacy />
    </SignPage>
  );
}

const signInRoute = getRouteApi('/worded/sign-in');

export function SignInPage() {
  const t = useTranslations();
  const navigate = useNavigate();
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const { next, ended } = signInRoute.useSearch();
  useTitle(t('signIn.title'));
  const onDone = () => void navigate({ to: next ?? '/inbox' });
  return (
    <SignPage
      title={t('signIn.title')}
      lead={ended ? t('signIn.ended') : t('signIn.lead', { name: instance.name })}
    >
      <SignInForm onDone={onDone} />
      <PasskeySignIn onDone={onDone} />
      {instance.sso !== null && <CompanySignIn name={instance.sso} onDone={onDone} />}
      <LanguageSwitch />
    </SignPage>
  );
}

function Privacy() {
  const t = useTranslations();
  const { data } = useQuery(instanceQuery);
  return (
    <p className="fs12 t3 privacy">
      <ShieldCheck className="i i14" />
      <span>
        {t('app.privacy')}
        {data && <span className="mono"> {data.version}</span>}
      </span>
    </p>
  );
}
