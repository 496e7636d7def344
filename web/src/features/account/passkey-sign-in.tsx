import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleX, KeyRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, call } from '../../api/client.ts';
import { isGivenUp, passkeysMissing, signWithPasskey } from '../../lib/passkeys.ts';
import { Button } from '../../ui/button.tsx';
import { Banner } from '../../ui/states.tsx';

/** Where browsers give passkeys, one signs in without name, password and code. */
export function PasskeySignIn({ onDone }: { onDone: () => void }) {
  const t = useTranslations();
  const client = useQueryClient();
  const signIn = useMutation({
    mutationFn: async () => {
      const { attempt, options } = await call(api.POST('/api/v1/passkeys/attempts'));
      const answer = await signWithPasskey(options);
      return call(api.POST('/api/v1/passkeys/session', { body: { attempt, answer } }));
    },
    onSuccess: ({ user }) => {
      client.setQueryData(['session'], user);
      onDone();
    },
  });
  if (passkeysMissing()) return null;
  return (
    <div className="col g2">
      <Button size="lg" busy={signIn.isPending} onClick={() => signIn.mutate()}>
        <KeyRound className="i" />
        {t('signIn.passkey')}
      </Button>
      {signIn.error && !isGivenUp(signIn.error) && (
        <Banner tone="bad" icon={<CircleX className="i" />}>
          {t('signIn.passkeyWrong')}
        </Banner>
      )}
    </div>
  );
}
