import { useQuery } from '@tanstack/react-query';
import { Settings, UserRound } from 'lucide-react';
import { useCallback, useState } from 'react';
import { agentsQuery } from '../../api/queries.ts';
import type { Agent, User } from '../../api/types.ts';
import { useOnce } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { AgentAvatar } from '../../ui/bits.tsx';
import { late } from '../../ui/late.tsx';
import { usePopup } from '../../ui/use-popup.ts';

const UserPopup = late(() => import('./user-popup.tsx').then((module) => module.UserPopup));
const Leaving = late(() => import('./leaving.tsx').then((module) => module.Leaving), {
  takesKeys: false,
});

interface Props {
  user: User;
  slim?: boolean;
  /** As a tab of the bottom bar of a phone. */
  tab?: boolean;
  onHelp?: () => void;
}

/** Who is signed in, how busy they are, and the way to their preferences. */
export function UserMenu({ user, slim = false, tab = false, onHelp }: Props) {
  const { t, role } = useWords();
  const { data: agents } = useQuery(agentsQuery);
  const own = agents?.find((agent) => agent.key === user.agent_key);
  // Before the first sign of this browser is heard.
  const me = own?.availability === 'unseen' ? { ...own, availability: own.said } : own;
  const { isWanted, trigger, popup, close } = usePopup('menu', UserPopup.load);
  const [isLeaving, setLeaving] = useState(false);
  const wasLeaving = useOnce(isLeaving);
  const stay = useCallback(() => setLeaving(false), []);
  return (
    <>
      <button
        type="button"
        className={tab ? 'ptab' : 'me'}
        aria-label={`${user.name}, ${t('account.menu')}`}
        {...trigger}
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
                {me && me.capacity > 0 && <Load agent={me} />}
                <Settings className="i i14 t3" />
              </>
            )}
          </>
        )}
      </button>
      {isWanted && (
        <UserPopup
          me={me}
          role={user.role}
          onHelp={onHelp}
          onLeave={() => setLeaving(true)}
          hasDensity={!tab}
          {...popup}
        />
      )}
      {wasLeaving && <Leaving open={isLeaving} onShow={close} onClose={stay} />}
    </>
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
