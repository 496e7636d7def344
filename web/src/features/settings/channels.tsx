import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  KeyRound,
  Plus,
  Stethoscope,
} from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Copied, Form, Panel, Refused } from './parts.tsx';
import { type Channel, channelsQuery, checksQuery } from './queries.ts';

const ICONS = {
  good: CircleCheck,
  bad: CircleX,
  waiting: CircleDashed,
  unknown: CircleHelp,
} as const;

/** Numbers that customers write to, and whether each is well. */
export function ChannelsPage({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const channels = useQuery(channelsQuery);
  const [isAdding, setAdding] = useState(false);
  const live = channels.data?.filter((one) => one.kind !== 'simulator') ?? [];
  return (
    <>
      <Panel
        title={t('settings.channels.title')}
        lead={t('settings.channels.lead')}
        action={
          canEdit && (
            <Button look={live.length === 0 ? 'pri' : 'default'} onClick={() => setAdding(true)}>
              <Plus className="i" />
              {t('settings.channels.add')}
            </Button>
          )
        }
      >
        {channels.isPending && <Bars count={2} />}
        <Refused error={channels.error} />
        {channels.data && live.length === 0 && <p className="t3">{t('settings.channels.none')}</p>}
        <Modal
          open={isAdding}
          onOpenChange={setAdding}
          title={t('settings.channels.add')}
          lead={t('settings.channels.addHelp')}
        >
          <Connect onDone={() => setAdding(false)} />
        </Modal>
      </Panel>
      {live.map((channel) => (
        <One key={channel.id} channel={channel} canEdit={canEdit} />
      ))}
    </>
  );
}

const FIELDS = [
  'name',
  'phone_number_id',
  'waba_id',
  'token',
  'app_secret',
  'verify_token',
] as const;
const SECRET = new Set<string>(['token', 'app_secret']);

/** Asks for each value with the place where it is copied from. */
export function Connect({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [form, setForm] = useState({
    name: 'WhatsApp',
    phone_number_id: '',
    waba_id: '',
    token: '',
    app_secret: '',
    verify_token: crypto.getRandomValues(new Uint32Array(4)).join('-'),
  });
  const connect = useMutation({
    mutationFn: () => call(api.POST('/api/v1/channels', { body: form })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['channels'] });
      onDone();
    },
  });
  return (
    <Form onSend={() => connect.mutate()}>
      {FIELDS.map((field) => (
        <Field
          key={field}
          label={t(`settings.channels.${field}`)}
          help={t(`settings.channels.${field}_help`)}
          type={SECRET.has(field) ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          value={form[field]}
          onValueChange={(value) => setForm((before) => ({ ...before, [field]: value.trim() }))}
        />
      ))}
      <Refused error={connect.error} />
      <Button
        look="pri"
        type="submit"
        busy={connect.isPending}
        disabled={FIELDS.some((field) => form[field] === '')}
      >
        {t('settings.channels.connect')}
      </Button>
    </Form>
  );
}

function One({ channel, canEdit }: { channel: Channel; canEdit: boolean }) {
  const { t } = useWords();
  const [isRenewing, setRenewing] = useState(false);
  return (
    <Panel
      title={channel.name}
      lead={`WhatsApp Cloud API · ${channel.business_number}`}
      action={
        canEdit && <Button onClick={() => setRenewing(true)}>{t('settings.channels.renew')}</Button>
      }
    >
      {channel.paused_reason && (
        <p>
          <span className="chip bad">{t('settings.channels.paused')}</span> {channel.paused_reason}
        </p>
      )}
      <Copied
        label={t('settings.channels.callback')}
        text={`${location.origin}/hooks/whatsapp/${channel.id}`}
      />
      <Forms channel={channel} canEdit={canEdit} />
      <Checks channel={channel} />
      <Modal
        open={isRenewing}
        onOpenChange={setRenewing}
        title={t('settings.channels.renew')}
        lead={t('settings.channels.renewHelp')}
      >
        <Renew channel={channel} onDone={() => setRenewing(false)} />
      </Modal>
    </Panel>
  );
}

/** The key that the screens of a number's forms are encrypted for, and where they ask us. */
function Forms({ channel, canEdit }: { channel: Channel; canEdit: boolean }) {
  const { t } = useWords();
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      call(api.POST('/api/v1/channels/{id}/form-key', { params: { path: { id: channel.id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['channels'] }),
  });
  return (
    <section className="setsub" aria-label={t('settings.forms.title')}>
      <div className="row">
        <h3 className="grow">{t('settings.forms.title')}</h3>
        {canEdit && (
          <Button size="s" busy={make.isPending} onClick={() => make.mutate()}>
            <KeyRound className="i" />
            {t(channel.forms_path === null ? 'settings.forms.make' : 'settings.forms.again')}
          </Button>
        )}
      </div>
      <p className="t3 fs12">{t('settings.forms.help')}</p>
      <Refused error={make.error} />
      {make.isSuccess && (
        <p className="fs12" role="status">
          {t('settings.forms.made')}
        </p>
      )}
      {channel.forms_path !== null && (
        <Copied
          label={t('settings.forms.address')}
          text={`${location.origin}${channel.forms_path}`}
        />
      )}
    </section>
  );
}

function Renew({ channel, onDone }: { channel: Channel; onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [form, setForm] = useState({ token: '', app_secret: '', verify_token: '' });
  const renew = useMutation({
    mutationFn: () => {
      const given = Object.entries(form).filter(([, value]) => value !== '');
      return call(
        api.PATCH('/api/v1/channels/{id}', {
          params: { path: { id: channel.id } },
          body: Object.fromEntries(given),
        }),
      );
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['channels'] });
      onDone();
    },
  });
  return (
    <Form onSend={() => renew.mutate()}>
      {(['token', 'app_secret', 'verify_token'] as const).map((field) => (
        <Field
          key={field}
          label={t(`settings.channels.${field}`)}
          help={t('settings.channels.kept')}
          type={SECRET.has(field) ? 'password' : 'text'}
          autoComplete="off"
          value={form[field]}
          onValueChange={(value) => setForm((before) => ({ ...before, [field]: value.trim() }))}
        />
      ))}
      <Refused error={renew.error} />
      <Button look="pri" type="submit" busy={renew.isPending}>
        {t('settings.save')}
      </Button>
    </Form>
  );
}

/** The doctor: one line a check, in the order in which they are put right. */
function Checks({ channel }: { channel: Channel }) {
  const { t } = useWords();
  const moment = useMoment();
  const checks = useQuery(checksQuery(channel.id));
  const said = (text: string) =>
    /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)
      ? moment(text, { dateStyle: 'medium', timeStyle: 'short' })
      : text;
  return (
    <section className="setsub" aria-label={t('settings.doctor.title')}>
      <div className="row">
        <h3 className="grow">{t('settings.doctor.title')}</h3>
        <Button size="s" busy={checks.isFetching} onClick={() => void checks.refetch()}>
          <Stethoscope className="i" />
          {t('settings.doctor.again')}
        </Button>
      </div>
      {checks.isPending && <Bars count={5} />}
      <Refused error={checks.error} />
      <ol className="setchecks">
        {checks.data?.map((one) => {
          const state = one.state in ICONS ? (one.state as keyof typeof ICONS) : 'unknown';
          const Icon = ICONS[state];
          return (
            <li key={one.check} className={state} data-testid={`check-${one.check}`}>
              <Icon className="i i18" aria-hidden="true" />
              <div>
                <b className="med">{t(`settings.doctor.${one.check}`)}</b>{' '}
                <span className="sr">{t(`settings.doctor.is_${state}`)}</span>
                {one.said !== '' && <span className="t3"> {said(one.said)}</span>}
                {(state === 'bad' || state === 'waiting') && (
                  <p className="fs12">{t(`settings.doctor.${one.check}_fix`)}</p>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
