import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { KeyRound, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { api, call, toApiError } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import type { Passkey } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { isGivenUp, makePasskey, passkeysMissing } from '../../lib/passkeys.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Banner, Bars } from '../../ui/states.tsx';
import { browserName } from './browser-name.ts';
import { useMoment } from './moment.ts';
import { Form, Panel, Refused } from './parts.tsx';
import { Code, CurrentPassword } from './proof.tsx';

/** One's own passkeys; where there are none, why. */
export function Passkeys() {
  const { t } = useWords();
  const moment = useMoment();
  const [isOpen, setOpen] = useState(false);
  const [leaving, setLeaving] = useState<Passkey | null>(null);
  const missing = passkeysMissing();
  const passkeys = useQuery({
    queryKey: ['passkeys'],
    queryFn: async () => (await call(api.GET('/api/v1/account/passkeys'))).items,
  });
  const day = (text: string) => moment(text, { dateStyle: 'medium' });
  return (
    <Panel
      title={t('settings.passkeys.title')}
      lead={t('settings.passkeys.lead')}
      action={
        !missing && (
          <Button onClick={() => setOpen(true)}>
            <KeyRound className="i i14" />
            {t('settings.passkeys.add')}
          </Button>
        )
      }
    >
      {missing && (
        <Banner icon={<TriangleAlert className="i" />}>
          {t(`settings.passkeys.missing_${missing}`)}
        </Banner>
      )}
      {passkeys.isPending && <Bars count={1} />}
      <Refused error={passkeys.error} />
      {passkeys.data?.length === 0 && !missing && (
        <p className="t3">{t('settings.passkeys.none')}</p>
      )}
      <ul className="setlist">
        {passkeys.data?.map((one) => (
          <li key={one.id} data-testid="passkey">
            <span className="grow">
              <b className="med">{one.name}</b>
              <span className="sub">
                {one.host} ·{' '}
                {one.used_at
                  ? t('settings.passkeys.used', { when: day(one.used_at) })
                  : t('settings.passkeys.unused', { when: day(one.created_at) })}
              </span>
            </span>
            <Button
              size="s"
              aria-label={t('settings.remove', { name: one.name })}
              onClick={() => setLeaving(one)}
            >
              {t('settings.passkeys.drop')}
            </Button>
          </li>
        ))}
      </ul>
      <Modal
        open={isOpen}
        onOpenChange={setOpen}
        title={t('settings.passkeys.add')}
        lead={t('settings.passkeys.addLead')}
      >
        {isOpen && <Add onDone={() => setOpen(false)} />}
      </Modal>
      <Modal
        open={leaving !== null}
        onOpenChange={(isStill) => !isStill && setLeaving(null)}
        title={t('settings.passkeys.dropTitle')}
        lead={t('settings.passkeys.dropLead')}
      >
        {leaving && <Remove passkey={leaving} onDone={() => setLeaving(null)} />}
      </Modal>
    </Panel>
  );
}

/** Whoever has none confirms by a fresh sign-in: the server says so when it was too long ago. */
function useHasPassword(): boolean {
  return useSuspenseQuery(sessionQuery).data?.has_password ?? true;
}

function Remove({ passkey, onDone }: { passkey: Passkey; onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const hasPassword = useHasPassword();
  const drop = useMutation({
    mutationFn: () => {
      const path = { id: passkey.id };
      const body = { password, ...(code === '' ? {} : { code }) };
      return call(api.DELETE('/api/v1/account/passkeys/{id}', { params: { path }, body }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['passkeys'] });
      onDone();
    },
  });
  const slug = drop.error ? toApiError(drop.error).slug : '';
  const needsCode = slug === 'second_factor_needed' || code !== '';
  return (
    <Form onSend={() => drop.mutate()}>
      <p>
        <b className="med">{passkey.name}</b> <span className="t3">{passkey.host}</span>
      </p>
      {hasPassword && <CurrentPassword value={password} onValueChange={setPassword} />}
      {needsCode && <Code value={code} onValueChange={setCode} />}
      {slug !== 'second_factor_needed' && <Refused error={drop.error} />}
      <Button
        className="danger"
        type="submit"
        busy={drop.isPending}
        disabled={hasPassword && password === ''}
      >
        {t('settings.passkeys.drop')}
      </Button>
    </Form>
  );
}

function Add({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [name, setName] = useState(() => browserName(navigator.userAgent));
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const hasPassword = useHasPassword();
  const add = useMutation({
    mutationFn: async () => {
      const body = { password, ...(code === '' ? {} : { code }) };
      const { attempt, options } = await call(
        api.POST('/api/v1/account/passkeys/attempts', { body }),
      );
      const answer = await makePasskey(options);
      return call(api.POST('/api/v1/account/passkeys', { body: { attempt, name, answer } }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['passkeys'] });
      onDone();
    },
  });
  const slug = add.error && !isGivenUp(add.error) ? toApiError(add.error).slug : '';
  const needsCode = slug === 'second_factor_needed' || code !== '';
  return (
    <Form onSend={() => add.mutate()}>
      <Field label={t('settings.passkeys.name')} value={name} onValueChange={setName} />
      {hasPassword && <CurrentPassword value={password} onValueChange={setPassword} />}
      {needsCode && <Code value={code} onValueChange={setCode} />}
      {isGivenUp(add.error) ? (
        <p className="ferr" role="alert">
          {t('settings.passkeys.givenUp')}
        </p>
      ) : (
        slug !== 'second_factor_needed' && <Refused error={add.error} />
      )}
      <Button
        look="pri"
        type="submit"
        busy={add.isPending}
        disabled={(hasPassword && password === '') || name.trim() === ''}
      >
        {t('settings.next')}
      </Button>
    </Form>
  );
}
