import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Checks, Copied, Form, Panel, Refused, Select } from './parts.tsx';
import { deliveriesQuery, tokensQuery, type Webhook, webhooksQuery } from './queries.ts';

const SCOPES = [
  'inbox:read',
  'inbox:act',
  'simulator:use',
  'figures:read',
  'knowledge:write',
  'workspace:read',
  'workspace:write',
  'channels:read',
  'channels:write',
] as const;
const EVENTS = [
  'conversation.opened',
  'conversation.escalated',
  'conversation.assigned',
  'conversation.transferred',
  'conversation.resolved',
  'conversation.rated',
  'message.received',
  'message.sent',
] as const;

/** Keys of messages have no dots or colons of their own. */
const slug = (text: string) => text.replace(/[.:]/g, '_');

/** Other programs: what they may do, and what they are told. */
export function DevelopersPage() {
  return (
    <>
      <Tokens />
      <Webhooks />
    </>
  );
}

function Tokens() {
  const { t } = useWords();
  const moment = useMoment();
  const client = useQueryClient();
  const tokens = useQuery(tokensQuery);
  const [isAdding, setAdding] = useState(false);
  const end = useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const day = (text: string) => moment(text, { dateStyle: 'medium' });
  return (
    <Panel
      title={t('settings.tokens.title')}
      lead={t('settings.tokens.lead')}
      action={
        <Button onClick={() => setAdding(true)}>
          <Plus className="i" />
          {t('settings.tokens.add')}
        </Button>
      }
    >
      {tokens.isPending && <Bars count={2} />}
      <Refused error={tokens.error ?? end.error} />
      {tokens.data?.length === 0 && <p className="t3">{t('settings.tokens.none')}</p>}
      <ul className="setlist">
        {tokens.data?.map((one) => (
          <li key={one.id}>
            <span className="grow">
              <b className="med">{one.name}</b>
              <span className="sub">
                {one.scopes.join(', ')} · {one.maker} ·{' '}
                {one.used_at
                  ? t('settings.tokens.used', { when: day(one.used_at) })
                  : t('settings.tokens.unused')}
                {one.ends_at && ` · ${t('settings.tokens.ends', { when: day(one.ends_at) })}`}
              </span>
            </span>
            <Button size="s" onClick={() => end.mutate(one.id)}>
              {t('settings.end')}
            </Button>
          </li>
        ))}
      </ul>
      <Modal open={isAdding} onOpenChange={setAdding} title={t('settings.tokens.add')}>
        <NewToken onDone={() => setAdding(false)} />
      </Modal>
    </Panel>
  );
}

function NewToken({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['inbox:read']);
  const [days, setDays] = useState('90');
  const make = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/tokens', {
          body: { name, scopes, ...(days === '' ? {} : { days: Number(days) }) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (make.data) {
    return (
      <div className="setdlg">
        <p>{t('settings.tokens.once')}</p>
        <Copied label={t('settings.tokens.token')} text={make.data.text} />
        <pre className="setcode mono">
          curl -H "Authorization: Bearer {'$TOKEN'}" {location.origin}/api/v1/conversations
        </pre>
        <Button look="pri" onClick={onDone}>
          {t('settings.done')}
        </Button>
      </div>
    );
  }
  return (
    <Form onSend={() => make.mutate()}>
      <Field label={t('settings.tokens.name')} value={name} onValueChange={setName} />
      <Checks
        label={t('settings.tokens.scopes')}
        of={SCOPES.map((one) => [one, t(`settings.scope.${slug(one)}`)] as const)}
        value={scopes}
        onPick={setScopes}
      />
      <Select
        label={t('settings.tokens.lasts')}
        value={days}
        options={[
          ['30', t('settings.tokens.days', { count: 30 })],
          ['90', t('settings.tokens.days', { count: 90 })],
          ['365', t('settings.tokens.days', { count: 365 })],
          ['', t('settings.tokens.forever')],
        ]}
        onPick={setDays}
      />
      <Refused error={make.error} />
      <Button
        look="pri"
        type="submit"
        busy={make.isPending}
        disabled={name.trim() === '' || scopes.length === 0}
      >
        {t('settings.tokens.make')}
      </Button>
    </Form>
  );
}

function Webhooks() {
  const { t } = useWords();
  const hooks = useQuery(webhooksQuery);
  const [open, setOpen] = useState<string | null>(null);
  const opened = hooks.data?.find((one) => one.id === open);
  return (
    <Panel
      title={t('settings.hooks.title')}
      lead={t('settings.hooks.lead')}
      action={
        <Button onClick={() => setOpen('new')}>
          <Plus className="i" />
          {t('settings.hooks.add')}
        </Button>
      }
    >
      {hooks.isPending && <Bars count={2} />}
      <Refused error={hooks.error} />
      {hooks.data?.length === 0 && <p className="t3">{t('settings.hooks.none')}</p>}
      <ul className="setlist">
        {hooks.data?.map((one) => (
          <li key={one.id}>
            <span className="grow">
              <b className="med">{one.name}</b>{' '}
              {!one.is_on && <span className="chip">{t('settings.hooks.isOff')}</span>}
              <span className="sub brk">{one.url}</span>
            </span>
            <Button size="s" onClick={() => setOpen(one.id)}>
              {t('settings.change')}
            </Button>
          </li>
        ))}
      </ul>
      <Modal
        open={open === 'new' || opened !== undefined}
        onOpenChange={(isOpen) => !isOpen && setOpen(null)}
        title={opened?.name ?? t('settings.hooks.add')}
        shape={opened ? 'drawer' : 'dialog'}
      >
        {(open === 'new' || opened) && (
          <HookForm key={open} hook={opened} onDone={() => setOpen(null)} />
        )}
      </Modal>
    </Panel>
  );
}

function HookForm({ hook, onDone }: { hook: Webhook | undefined; onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [form, setForm] = useState({
    name: hook?.name ?? '',
    url: hook?.url ?? 'https://',
    events: hook?.events ?? ['conversation.escalated', 'conversation.resolved'],
    is_on: hook?.is_on ?? true,
  });
  const refresh = () => client.invalidateQueries({ queryKey: ['webhooks'] });
  const make = useMutation({
    mutationFn: () => call(api.POST('/api/v1/webhooks', { body: form })),
    onSuccess: refresh,
  });
  const change = useMutation({
    mutationFn: (id: string) =>
      call(api.PUT('/api/v1/webhooks/{id}', { params: { path: { id } }, body: form })),
    onSuccess: refresh,
  });
  const drop = useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      onDone();
      await refresh();
    },
  });
  if (make.data) {
    return (
      <div className="setdlg">
        <p>{t('settings.hooks.once')}</p>
        <Copied label={t('settings.hooks.secret')} text={make.data.secret} />
        <Button look="pri" onClick={onDone}>
          {t('settings.done')}
        </Button>
      </div>
    );
  }
  return (
    <div className="setdlg">
      <Form
        className="setform"
        onSend={() => {
          if (hook) change.mutate(hook.id);
          else make.mutate();
        }}
      >
        <Field
          label={t('settings.hooks.name')}
          value={form.name}
          onValueChange={(name) => setForm({ ...form, name })}
        />
        <Field
          label={t('settings.hooks.url')}
          type="url"
          value={form.url}
          onValueChange={(url) => setForm({ ...form, url })}
        />
        <Checks
          label={t('settings.hooks.events')}
          of={EVENTS.map((one) => [one, t(`settings.event.${slug(one)}`)] as const)}
          value={form.events}
          onPick={(events) => setForm({ ...form, events })}
        />
        {hook && (
          <label className="setcheck">
            <input
              type="checkbox"
              checked={form.is_on}
              onChange={(event) => setForm({ ...form, is_on: event.target.checked })}
            />
            {t('settings.hooks.on')}
          </label>
        )}
        <Refused error={make.error ?? change.error ?? drop.error} />
        <div className="row">
          <Button look="pri" type="submit" busy={make.isPending || change.isPending}>
            {hook ? t('settings.save') : t('settings.hooks.make')}
          </Button>
          {hook && (
            <IconButton
              label={t('settings.remove', { name: hook.name })}
              onClick={() => drop.mutate(hook.id)}
            >
              <Trash2 className="i" />
            </IconButton>
          )}
        </div>
      </Form>
      {hook && <Log hook={hook} />}
    </div>
  );
}

const LOOK = { delivered: 'ok', failed: 'warn', given_up: 'bad' } as const;

function Log({ hook }: { hook: Webhook }) {
  const { t } = useWords();
  const moment = useMoment();
  const client = useQueryClient();
  const path = { path: { id: hook.id } };
  const log = useQuery(deliveriesQuery(hook.id));
  const refresh = () => client.invalidateQueries({ queryKey: ['webhooks', hook.id] });
  const test = useMutation({
    mutationFn: () => call(api.POST('/api/v1/webhooks/{id}/test', { params: path })),
    onSuccess: refresh,
  });
  const replay = useMutation({
    mutationFn: (message: string) =>
      call(api.POST('/api/v1/webhooks/{id}/replay', { params: path, body: { message } })),
    onSuccess: refresh,
  });
  return (
    <section className="setsub">
      <div className="row">
        <h3 className="grow">{t('settings.hooks.log')}</h3>
        <Button size="s" busy={test.isPending} onClick={() => test.mutate()}>
          {t('settings.hooks.test')}
        </Button>
      </div>
      <Refused error={log.error ?? test.error ?? replay.error} />
      {log.data?.length === 0 && <p className="t3">{t('settings.hooks.empty')}</p>}
      <ul className="setlist">
        {log.data?.map((line) => (
          <li key={`${line.message}${line.at}`}>
            <span className="grow">
              <span
                className={`chip ${line.fate in LOOK ? LOOK[line.fate as keyof typeof LOOK] : ''}`}
              >
                {line.status ?? '—'} {t(`settings.fate.${line.fate}`)}
              </span>{' '}
              {line.event}
              <span className="sub brk">
                {moment(line.at, { dateStyle: 'short', timeStyle: 'medium' })} · {line.ms} ms ·{' '}
                {t('settings.hooks.attempt', { count: line.attempt })}
                {line.said !== '' && ` · ${line.said.slice(0, 120)}`}
              </span>
            </span>
            {line.conversation && (
              <IconButton
                label={t('settings.hooks.replay')}
                onClick={() => replay.mutate(line.message)}
              >
                <RotateCcw className="i" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
