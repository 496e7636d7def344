import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, call, toApiError } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Banner } from '../../ui/states.tsx';
import { CodeField } from './code-field.tsx';

const MARK = '#sso&';

/** What the provider sent the browser back with: read once, then taken out of the address bar. */
let back: URLSearchParams | null = null;

function takeBack() {
  if (!location.hash.startsWith(MARK)) return;
  back = new URLSearchParams(location.hash.slice(MARK.length));
  history.replaceState(history.state, '', location.pathname);
}

/** The button of the company's own sign-in, and the way back from there. */
export function CompanySignIn({ name, onDone }: { name: string; onDone: () => void }) {
  const t = useTranslations();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const [isRefused, setRefused] = useState(false);
  const done = (user: unknown) => {
    client.setQueryData(['session'], user);
    onDone();
  };
  const begin = useMutation({
    mutationFn: () => call(api.POST('/api/v1/sso/attempts', { body: {} })),
    onSuccess: ({ url }) => location.assign(url),
  });
  const finish = useMutation({
    mutationFn: (from: URLSearchParams) =>
      call(
        api.POST('/api/v1/sso/session', {
          body: {
            code: from.get('code') ?? '',
            state: from.get('state') ?? '',
            iss: from.get('iss'),
          },
        }),
      ),
    onSuccess: ({ user }) => user && done(user),
  });
  const pending = finish.data?.pending ?? null;
  const factor = useMutation({
    mutationFn: () =>
      call(api.POST('/api/v1/sso/session/code', { body: { pending: pending ?? '', code } })),
    onSuccess: ({ user }) => done(user),
  });
  const { mutate } = finish;
  useEffect(() => {
    takeBack();
    // It works once: a second mount finds nothing.
    const from = back;
    back = null;
    if (from?.has('code')) mutate(from);
    else if (from) setRefused(true);
  }, [mutate]);

  const problem = [begin, finish, factor].map((one) => one.error).find((error) => error);
  const slug = problem ? toApiError(problem).slug : isRefused ? 'other' : null;
  if (pending !== null && slug !== 'attempt_gone') {
    return (
      <form
        className="col g4"
        onSubmit={(event) => {
          event.preventDefault();
          factor.mutate();
        }}
      >
        <CodeField value={code} onChange={setCode} isWrong={slug !== null} />
        <Button look="pri" size="lg" type="submit" busy={factor.isPending}>
          {t('signIn.submit')}
        </Button>
      </form>
    );
  }
  return (
    <div className="col g3">
      {slug !== null && (
        <Banner tone="bad" icon={<CircleX className="i" />}>
          {t(t.has(`signIn.ssoEnd.${slug}`) ? `signIn.ssoEnd.${slug}` : 'signIn.ssoEnd.other')}
        </Banner>
      )}
      <Button
        size="lg"
        busy={begin.isPending || finish.isPending}
        onClick={() => begin.mutate()}
        data-testid="company-sign-in"
      >
        {t('signIn.sso', { name })}
      </Button>
    </div>
  );
}
