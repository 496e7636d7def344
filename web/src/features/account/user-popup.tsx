import { Menu } from '@base-ui/react/menu';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, Keyboard, LogOut } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocale } from 'use-intl';
import { api, call } from '../../api/client.ts';
import { agentsQuery } from '../../api/queries.ts';
import type { Agent, Availability } from '../../api/types.ts';
import { useChooseLanguage } from '../../app/language.tsx';
import { chime } from '../../lib/alert.ts';
import {
  canNotify,
  isNotifying,
  isSoundOn,
  setNotifying,
  setSound,
  setUndoSeconds,
  UNDO_SECONDS,
  undoSeconds,
} from '../../lib/alert-prefs.ts';
import { forgetDrafts } from '../../lib/drafts.ts';
import { useWords } from '../../lib/i18n.ts';
import { forgetOutbox } from '../../lib/outbox.ts';
import { OWN_NAME, shortName } from '../../lib/own-name.ts';
import {
  applyDensity,
  applyTheme,
  currentDensity,
  currentTheme,
  type Density,
  isLanguage,
  LANGUAGES,
  type Theme,
} from '../../lib/prefs.ts';
import { stopPush } from '../../lib/push.ts';
import { clock } from '../../lib/time.ts';
import type { PopupProps } from '../../ui/use-popup.ts';

/** On a phone, what the bottom bar has no room for. */
const PAGES = [
  'flow',
  'triggers',
  'knowledge',
  'reports',
  'live',
  'operations',
  'settings',
] as const;
const LEADS_ONLY: readonly string[] = ['reports', 'live', 'operations'];
const AVAILABILITY = ['available', 'busy', 'away', 'offline'] as const;
const THEMES = ['system', 'light', 'dark'] as const;
const DENSITIES = ['comfortable', 'compact'] as const;

interface Props extends PopupProps {
  me: Agent | undefined;
  role: string;
  /** A phone has one density. */
  hasDensity: boolean;
  onHelp: (() => void) | undefined;
  /** They said that nothing may be given to them any more. */
  onLeave: () => void;
}

export function UserPopup({
  me,
  role,
  hasDensity,
  onHelp,
  onLeave,
  open,
  onOpenChange,
  button,
}: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const locale = useLocale();
  const chooseLanguage = useChooseLanguage();
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const [hasSound, setHasSound] = useState(isSoundOn);
  const [hasNotices, setHasNotices] = useState(isNotifying);
  const [undo, setUndo] = useState(undoSeconds);
  const [density, setDensity] = useState<Density>(currentDensity);

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
        before?.map((agent) =>
          agent.key === key
            ? { ...agent, availability, said: availability, wraps_up_until: null }
            : agent,
        ),
      );
    },
    onSuccess: (_, { availability }) => {
      if (availability === 'away' || availability === 'offline') onLeave();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['agents'] }),
  });
  const signOut = useMutation({
    mutationFn: async () => {
      // While the server still knows who asks; whatever comes of it, the session ends.
      await stopPush().catch(() => undefined);
      return call(api.DELETE('/api/v1/session'));
    },
    onSuccess: async () => {
      forgetDrafts();
      forgetOutbox();
      client.setQueryData(['session'], null);
      await navigate({ to: '/sign-in' });
      client.removeQueries({
        predicate: (query) => !['session', 'instance'].includes(String(query.queryKey[0])),
      });
    },
  });

  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={button} className="pos" sideOffset={6} align="start">
          <Menu.Popup className="pop menu" finalFocus={button} aria-label={t('account.menu')}>
            {!hasDensity &&
              PAGES.filter((page) => !LEADS_ONLY.includes(page) || role !== 'agent').map((page) => (
                <Menu.Item
                  key={page}
                  className="ci"
                  onClick={() => void navigate({ to: `/${page}` })}
                >
                  {t(`nav.${page}`)}
                </Menu.Item>
              ))}
            {me && (
              <Choice
                label={t('account.availability')}
                // While they wrap up nothing is chosen: whatever is, ends it.
                value={me.wraps_up_until ? '' : me.said}
                help={<Aside me={me} />}
                options={AVAILABILITY.map((value) => [value, t(`account.${value}`)])}
                onChange={(value) => {
                  const availability = AVAILABILITY.find((known) => known === value);
                  if (availability) setAvailability.mutate({ key: me.key, availability });
                }}
              />
            )}
            <Choice
              isRow
              label={t('account.language')}
              value={locale}
              options={LANGUAGES.map((one) => [one, shortName(one), OWN_NAME[one]])}
              onChange={(value) => isLanguage(value) && chooseLanguage(value)}
            />
            <Choice
              isRow
              label={t('account.theme')}
              value={theme}
              options={THEMES.map((value) => [value, t(`account.${value}`)])}
              onChange={(value) => {
                const next = THEMES.find((known) => known === value) ?? 'system';
                setTheme(next);
                applyTheme(next);
              }}
            />
            {hasDensity && (
              <Choice
                isRow
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
            <Choice
              isRow
              label={t('account.undo')}
              value={String(undo)}
              options={UNDO_SECONDS.map((seconds) => [
                String(seconds),
                seconds === 0 ? t('account.never') : t('account.seconds', { count: seconds }),
              ])}
              onChange={(value) => {
                setUndo(Number(value));
                setUndoSeconds(Number(value));
              }}
            />
            <Menu.Separator className="hr mblock" />
            <Menu.CheckboxItem
              className="ci"
              checked={hasSound}
              closeOnClick={false}
              onCheckedChange={(isOn) => {
                setHasSound(isOn);
                setSound(isOn);
                // Heard at once: what was chosen, and whether this machine can.
                if (isOn) void chime();
              }}
            >
              <span className="grow">{t('account.sound')}</span>
              <Menu.CheckboxItemIndicator>
                <Check className="i i14" />
              </Menu.CheckboxItemIndicator>
            </Menu.CheckboxItem>
            {canNotify() && (
              <Menu.CheckboxItem
                className="ci"
                checked={hasNotices}
                closeOnClick={false}
                onCheckedChange={(isOn) => void setNotifying(isOn).then(setHasNotices)}
              >
                <span className="grow">{t('account.notify')}</span>
                <Menu.CheckboxItemIndicator>
                  <Check className="i i14" />
                </Menu.CheckboxItemIndicator>
              </Menu.CheckboxItem>
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

/** Why they are not what they chose: nobody was seen at their devices, or they wrap up. */
function Aside({ me }: { me: Agent }) {
  const { t, locale } = useWords();
  if (me.availability === me.said) return null;
  return (
    <p className="fs11 t3 mnote" data-testid="aside">
      {me.wraps_up_until
        ? t('account.wrapUpUntil', { time: clock(me.wraps_up_until, locale) })
        : t('account.awayByItself')}
    </p>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
  help,
  isRow = false,
}: {
  label: string;
  help?: ReactNode;
  value: string;
  /** Value, word, and the whole name where the word is an abbreviation. */
  options: (readonly [string, string, string?])[];
  onChange: (value: string) => void;
  /** Few and short: beside their name instead of below it. */
  isRow?: boolean;
}) {
  return (
    <Menu.Group className={isRow ? 'mrow' : undefined}>
      <Menu.GroupLabel className="cg">{label}</Menu.GroupLabel>
      <Menu.RadioGroup value={value} onValueChange={onChange} className={isRow ? 'seg' : undefined}>
        {options.map(([key, name, whole]) => (
          <Menu.RadioItem
            key={key}
            value={key}
            className={isRow ? 'si' : 'ci'}
            closeOnClick={false}
            aria-label={whole}
            title={whole}
          >
            <span className="grow">{name}</span>
            {!isRow && (
              <Menu.RadioItemIndicator>
                <Check className="i i14" />
              </Menu.RadioItemIndicator>
            )}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      {help}
    </Menu.Group>
  );
}
