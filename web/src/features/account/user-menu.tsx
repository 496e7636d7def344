import { Menu } from '@base-ui/react/menu';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, Keyboard, LogOut, Settings, UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocale } from 'use-intl';
import { api, call } from '../../api/client.ts';
import { agentsQuery } from '../../api/queries.ts';
import type { Agent, Availability, User } from '../../api/types.ts';
import { useChooseLanguage } from '../../app/language.tsx';
import { forgetDrafts } from '../../lib/drafts.ts';
import { useWords } from '../../lib/i18n.ts';
import {
  applyDensity,
  applyTheme,
  currentDensity,
  currentTheme,
  type Density,
  isLanguage,
  type Theme,
} from '../../lib/prefs.ts';
import { AgentAvatar } from '../../ui/bits.tsx';

const AVAILABILITY = ['available', 'busy', 'away', 'offline'] as const;
const THEMES = ['system', 'light', 'dark'] as const;
const DENSITIES = ['comfortable', 'compact'] as const;

interface Props {
  user: User;
  slim?: boolean;
  /** As a tab of the bottom bar of a phone. */
  tab?: boolean;
  onHelp?: () => void;
}

export function UserMenu({ user, slim = false, tab = false, onHelp }: Props) {
  const { t, role } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const locale = useLocale();
  const chooseLanguage = useChooseLanguage();
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const [density, setDensity] = useState<Density>(currentDensity);
  const { data: agents } = useQuery(agentsQuery);
  const me = agents?.find((agent) => agent.key === user.agent_key);

  const setAvailability = useMutation({
    mutationFn: ({ key, availability }: { key: string; availability: Availability }) =>
      call(
        api.PUT('/api/v1/agents/{key}/availability', {
          params: { path: { key } },
          body: { availability },
        }),
      ),
    onMutate: ({ key, availability }) => {
      client.setQueryData(agentsQuery.queryKey, (before) =>
        before?.map((agent) => (agent.key === key ? { ...agent, availability } : agent)),
      );
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['agents'] }),
  });
  const signOut = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/session')),
    onSuccess: async () => {
      forgetDrafts();
      client.setQueryData(['session'], null);
      await navigate({ to: '/sign-in' });
      client.removeQueries({
        predicate: (query) => !['session', 'instance'].includes(String(query.queryKey[0])),
      });
    },
  });

  return (
    <Menu.Root>
      <Menu.Trigger
        className={tab ? 'ptab' : 'me'}
        aria-label={`${user.name}, ${t('account.menu')}`}
      >
        {tab ? (
          <>
            <UserRound className="i i20" />
            {t('app.me')}
          </>
        ) : (
          <>
            <span className="meava">
              <AgentAvatar agentKey={user.agent_key ?? user.id} name={user.name} size="md" />
              <span className={`on ${me?.availability ?? 'available'}`} />
            </span>
            {!slim && (
              <>
                <span className="col metext">
                  <b className="fs12 cut">{user.name}</b>
                  <span className="fs11 t3 cut">
                    {me ? t(`account.${me.availability}`) : role(user.role)}
                  </span>
                </span>
                {me && <Load agent={me} />}
                <Settings className="i i14 t3" />
              </>
            )}
          </>
        )}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="pos" sideOffset={6} align="start">
          <Menu.Popup className="pop menu">
            {me && (
              <Choice
                label={t('account.availability')}
                value={me.availability}
                options={AVAILABILITY.map((value) => [value, t(`account.${value}`)])}
                onChange={(value) => {
                  const availability = AVAILABILITY.find((known) => known === value);
                  if (availability) setAvailability.mutate({ key: me.key, availability });
                }}
              />
            )}
            <Choice
              label={t('account.language')}
              value={locale}
              options={[
                ['fr', t('account.fr')],
                ['en', t('account.en')],
              ]}
              onChange={(value) => isLanguage(value) && chooseLanguage(value)}
            />
            <Choice
              label={t('account.theme')}
              value={theme}
              options={THEMES.map((value) => [value, t(`account.${value}`)])}
              onChange={(value) => {
                const next = THEMES.find((known) => known === value) ?? 'system';
                setTheme(next);
                applyTheme(next);
              }}
            />
            {!tab && (
              <Choice
                label={t('account.density')}
                value={density}
                options={DENSITIES.map((value) => [value, t(`account.${value}`)])}
                onChange={(value) => {
                  const next = DENSITIES.find((known) => known === value) ?? 'comfortable';
                  setDensity(next);
                  applyDensity(next);
                  // Rows have another height now.
                  dispatchEvent(new Event('resize'));
                }}
              />
            )}
            <Menu.Separator className="hr mblock" />
            {onHelp && (
              <Menu.Item className="ci" onClick={onHelp}>
                <Keyboard className="i" />
                <span className="grow">{t('account.keys')}</span>
                <kbd>?</kbd>
              </Menu.Item>
            )}
            <Menu.Item className="ci" onClick={() => signOut.mutate()}>
              <LogOut className="i flip" />
              {t('account.signOut')}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Load({ agent }: { agent: Agent }) {
  const { t } = useWords();
  const slots = Math.min(agent.capacity, 6);
  return (
    <span
      className="load"
      role="img"
      aria-label={t('account.load', { load: agent.load, capacity: agent.capacity })}
    >
      {Array.from({ length: slots }, (_, slot) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: slots have no identity
        <span key={slot} className={slot < agent.load ? 'on' : ''} />
      ))}
    </span>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: (readonly [string, string])[];
  onChange: (value: string) => void;
}): ReactNode {
  return (
    <Menu.Group>
      <Menu.GroupLabel className="cg">{label}</Menu.GroupLabel>
      <Menu.RadioGroup value={value} onValueChange={onChange}>
        {options.map(([key, name]) => (
          <Menu.RadioItem key={key} value={key} className="ci" closeOnClick={false}>
            <span className="grow">{name}</span>
            <Menu.RadioItemIndicator>
              <Check className="i i14" />
            </Menu.RadioItemIndicator>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Group>
  );
}
