import '../styles/sign-form.css';
import '../styles/parts.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call, toApiError } from '../api/client.ts';
import { LanguageSwitch } from '../features/account/language-switch.tsx';
import { strengthOf } from '../features/account/strength.ts';
import { SettingsWords } from '../features/settings/words.tsx';
import { useWords } from '../lib/i18n.ts';
import { useTitle } from '../lib/title.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { SignPage } from '../ui/sign-page.tsx';
import { Failure } from '../ui/states.tsx';

let remembered = '';

/** Read once, then taken out of the address bar and of the history. */
function takeToken(): string {
  const token = location.hash.replace(/^#/, '');
  if (token !== '') {
    history.replaceState(history.state, '', location.pathname);
    remembered = token;
  }
  return remembered;
}

/** An invitation or a reset: somebody chooses a password. */
export function JoinPage() {
  return (
    <SettingsWords>
      <Join />
    </SettingsWords>
  );
}

function Join() {
  const { t } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [token] = useState(takeToken);
  const [name, setName] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const linked = useQuery({
    queryKey: ['link', token],
    queryFn: () => call(api.POST('/api/v1/links/look', { body: { token } })),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const accept = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/links/accept', {
          body: { token, password, ...(name === null ? {} : { name }) },
        }),
      ),
    onSuccess: async (session) => {
      remembered = '';
      // With a second factor they sign in as always.
      client.setQueryData(['session'], session?.user ?? null);
      await navigate({ to: session ? '/inbox' : '/sign-in' });
    },
  });
  const title = linked.data?.is_invitation === false ? t('join.reset') : t('join.title');
  useTitle(title);
  const problem = linked.error ? toApiError(linked.error) : null;
  if (token === '' || problem?.status === 410) {
    return (
      <SignPage title={t('join.gone')} lead={t('join.goneHelp')}>
        <LanguageSwitch />
      </SignPage>
    );
  }
  if (problem) {
    return (
      <SignPage title={title}>
        <Failure error={problem} onRetry={() => void linked.refetch()} />
      </SignPage>
    );
  }
  if (!linked.data) return null;
  const refused = accept.error ? toApiError(accept.error) : null;
  const isWeak = refused?.fields.some((one) => one.pointer === '/password');
  const fault = isWeak ? t('join.weak') : undefined;
  return (
    <SignPage title={title} lead={t('join.lead', { login: linked.data.login })}>
      <form
        className="col g4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate();
        }}
      >
        {linked.data.is_invitation && (
          <Field
            label={t('claim.name')}
            autoComplete="name"
            value={name ?? linked.data.name}
            onValueChange={setName}
          />
        )}
        <Field
          label={t('claim.password')}
          type="password"
          autoComplete="new-password"
          autoFocus
          value={password}
          onValueChange={setPassword}
          error={fault}
          help={
            password === ''
              ? t('claim.passwordHelp')
              : `${t('claim.strength')} ${t(`claim.${strengthOf(password)}`)}`
          }
        />
        {refused && !fault && <Failure error={refused} />}
        <Button
          look="pri"
          size="lg"
          type="submit"
          busy={accept.isPending}
          disabled={password === ''}
        >
          {t('join.submit')}
        </Button>
      </form>
      <LanguageSwitch />
    </SignPage>
  );
}
