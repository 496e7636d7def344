import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import { useWords } from '../../lib/i18n.ts';
import { AgentAvatar } from '../../ui/bits.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Bars } from '../../ui/states.tsx';
import { useMoment } from './moment.ts';
import { Checks, Copied, Form, Panel, Refused, Select } from './parts.tsx';
import {
  type Account,
  type AccountLink,
  type AgentSettings,
  type Settings,
  settingsQuery,
  usersQuery,
  useSaveSettings,
} from './queries.ts';

const ROLES = ['owner', 'admin', 'supervisor', 'agent', 'auditor'] as const;

/** Who may sign in, as what, and what they work on. */
export function PeoplePage() {
  const { t, role } = useWords();
  const users = useQuery(usersQuery);
  const settings = useQuery(settingsQuery);
  const [isInviting, setInviting] = useState(false);
  // Other pages lead to a person by their key.
  const { who } = useSearch({ strict: false });
  const [open, setOpen] = useState<string | null>(who ?? null);
  const opened = users.data?.find((one) => one.id === open || one.agent_key === open);
  return (
    <Panel
      title={t('settings.people.title')}
      lead={t('settings.people.lead')}
      action={
        <Button look="pri" onClick={() => setInviting(true)}>
          <Plus className="i" />
          {t('settings.people.invite')}
        </Button>
      }
    >
      {users.isPending && <Bars count={4} />}
      <Refused error={users.error ?? settings.error} />
      <ul className="setlist">
        {users.data?.map((one) => {
          const agent = settings.data?.agents.find((a) => a.key === one.agent_key);
          return (
            <li key={one.id} data-testid="person">
              <AgentAvatar agentKey={one.agent_key ?? one.id} name={one.name} size="md" />
              <span className="grow">
                <b className="med">{one.name}</b>{' '}
                {one.is_invited && (
                  <span className="chip warn">{t('settings.people.invited')}</span>
                )}
                {one.is_disabled && <span className="chip bad">{t('settings.people.off')}</span>}
                {one.has_second_factor && (
                  <span className="chip ok">{t('settings.people.factor')}</span>
                )}
                <span className="sub">
                  {one.login} · {role(one.role)}
                  {agent && agent.teams.length > 0 && ` · ${teamNames(settings.data, agent)}`}
                </span>
              </span>
              <Button size="s" onClick={() => setOpen(one.id)}>
                {t('settings.change')}
              </Button>
            </li>
          );
        })}
      </ul>
      <Modal
        open={isInviting}
        onOpenChange={setInviting}
        title={t('settings.people.invite')}
        lead={t('settings.people.inviteHelp')}
      >
        <Invite onDone={() => setInviting(false)} />
      </Modal>
      <Modal
        open={opened !== undefined}
        onOpenChange={(isOpen) => !isOpen && setOpen(null)}
        title={opened?.name ?? ''}
        shape="drawer"
      >
        {opened && settings.data && (
          <Person key={opened.id} account={opened} settings={settings.data} />
        )}
      </Modal>
    </Panel>
  );
}

function teamNames(settings: Settings | undefined, agent: AgentSettings): string {
  return agent.teams
    .map((key) => settings?.teams.find((team) => team.key === key)?.name ?? key)
    .join(', ');
}

function useRoles(): (readonly [string, string])[] {
  const { role } = useWords();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const given = ROLES.filter((one) => one !== 'owner' || user?.role === 'owner');
  return given.map((one) => [one, role(one)] as const);
}

function Invite({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const roles = useRoles();
  const [form, setForm] = useState({ name: '', login: '', role: 'agent' });
  const set = (field: keyof typeof form) => (value: string) =>
    setForm((before) => ({ ...before, [field]: value }));
  const invite = useMutation({
    mutationFn: () => call(api.POST('/api/v1/users', { body: form })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
  if (invite.data?.link) {
    return (
      <div className="setdlg">
        <Handed link={invite.data.link} />
        <Button look="pri" onClick={onDone}>
          {t('settings.done')}
        </Button>
      </div>
    );
  }
  return (
    <Form onSend={() => invite.mutate()}>
      <Field label={t('settings.people.name')} value={form.name} onValueChange={set('name')} />
      <Field
        label={t('claim.login')}
        type="email"
        value={form.login}
        onValueChange={set('login')}
      />
      <Select label={t('settings.role')} value={form.role} options={roles} onPick={set('role')} />
      <p className="fs12 t3">{t(`settings.roleHelp.${form.role}`)}</p>
      <Refused error={invite.error} />
      <Button
        look="pri"
        type="submit"
        busy={invite.isPending}
        disabled={form.name.trim() === '' || form.login.trim() === ''}
      >
        {t('settings.people.make')}
      </Button>
    </Form>
  );
}

/** The link to hand on, by whatever way there is. */
function Handed({ link }: { link: AccountLink }) {
  const { t } = useWords();
  const moment = useMoment();
  return (
    <>
      <Copied label={t('settings.people.link')} text={`${location.origin}${link.path}`} />
      <p className="fs12 t3">
        {t('settings.people.linkHelp', {
          when: moment(link.ends_at, {
            dateStyle: 'medium',
            timeStyle: 'short',
          }),
        })}
      </p>
    </>
  );
}

function Person({ account, settings }: { account: Account; settings: Settings }) {
  const { t } = useWords();
  const client = useQueryClient();
  const roles = useRoles();
  const refresh = () => client.invalidateQueries({ queryKey: ['users'] });
  const path = { path: { id: account.id } };
  const change = useMutation({
    mutationFn: (body: { role?: string; is_disabled?: boolean; drop_second_factor?: boolean }) =>
      call(api.PATCH('/api/v1/users/{id}', { params: path, body })),
    onSuccess: refresh,
  });
  const link = useMutation({
    mutationFn: () => call(api.POST('/api/v1/users/{id}/link', { params: path })),
  });
  const end = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/users/{id}/sessions', { params: path })),
  });
  return (
    <div className="setdlg">
      <p className="t3 fs12">{account.login}</p>
      {account.is_configured ? (
        <p className="fs12">{t('settings.account.configured')}</p>
      ) : (
        <Select
          label={t('settings.role')}
          value={account.role}
          options={
            roles.some(([key]) => key === account.role) ? roles : [[account.role, account.role]]
          }
          onPick={(role) => change.mutate({ role })}
        />
      )}
      <p className="fs12 t3">{t(`settings.roleHelp.${account.role}`)}</p>
      <Work account={account} settings={settings} />
      <hr className="hr" />
      <Refused error={change.error ?? link.error ?? end.error} />
      {link.data && <Handed link={link.data} />}
      <div className="row wrap">
        {!account.is_configured && (
          <Button busy={link.isPending} onClick={() => link.mutate()}>
            {account.is_invited ? t('settings.people.again') : t('settings.people.reset')}
          </Button>
        )}
        <Button busy={end.isPending} onClick={() => end.mutate()}>
          {end.isSuccess ? t('settings.people.signedOut') : t('settings.people.signOut')}
        </Button>
        {account.has_second_factor && (
          <Button onClick={() => change.mutate({ drop_second_factor: true })}>
            {t('settings.people.dropFactor')}
          </Button>
        )}
        {!account.is_configured && (
          <Button onClick={() => change.mutate({ is_disabled: !account.is_disabled })}>
            {account.is_disabled ? t('settings.people.switchOn') : t('settings.people.switchOff')}
          </Button>
        )}
      </div>
    </div>
  );
}

const NOTIFY = ['web', 'slack', 'teams', 'email'] as const;

/** Teams, capacity, languages and skills: what the router goes by. */
function Work({ account, settings }: { account: Account; settings: Settings }) {
  const { t, language } = useWords();
  const key = account.agent_key ?? account.login;
  const known = settings.agents.find((one) => one.key === key);
  const [agent, setAgent] = useState<AgentSettings>(
    known ?? {
      key,
      name: account.name,
      teams: [],
      role: account.role,
      languages: [settings.workspace.default_language],
      capacity: 4,
      skills: [],
      notify: ['web'],
    },
  );
  const save = useSaveSettings();
  const set = (change: Partial<AgentSettings>) => setAgent((before) => ({ ...before, ...change }));
  const keep = () =>
    save.mutate({
      version: settings.version,
      agents: known
        ? settings.agents.map((one) => (one.key === key ? agent : one))
        : [...settings.agents, agent],
    });
  const isChanged = JSON.stringify(agent) !== JSON.stringify(known ?? null);
  return (
    <Form className="setform" onSend={() => keep()}>
      <Checks
        label={t('settings.teams.title')}
        of={settings.teams.map((team) => [team.key, team.name] as const)}
        value={agent.teams}
        onPick={(teams) => set({ teams })}
      />
      <Checks
        label={t('settings.people.languages')}
        of={settings.workspace.languages.map((code) => [code, language(code)] as const)}
        value={agent.languages}
        onPick={(languages) => set({ languages })}
      />
      <Checks
        label={t('settings.people.notify')}
        of={NOTIFY.map((one) => [one, t(`settings.notify.${one}`)] as const)}
        value={agent.notify ?? []}
        onPick={(notify) => set({ notify })}
      />
      <div className="g2c">
        <Field
          label={t('settings.people.capacity')}
          help={t('settings.people.capacityHelp')}
          type="number"
          min={0}
          max={100}
          value={String(agent.capacity)}
          onValueChange={(value) =>
            set({ capacity: Math.max(0, Math.min(100, Number(value) || 0)) })
          }
        />
        <Field
          label={t('settings.people.skills')}
          help={t('settings.people.skillsHelp')}
          value={(agent.skills ?? []).join(', ')}
          onValueChange={(value) => set({ skills: value.split(',').map((one) => one.trimStart()) })}
          onBlur={() => set({ skills: (agent.skills ?? []).map((s) => s.trim()).filter(Boolean) })}
        />
      </div>
      <Refused error={save.error} />
      <Button type="submit" look="pri" busy={save.isPending} disabled={!isChanged}>
        {t('settings.save')}
      </Button>
    </Form>
  );
}
