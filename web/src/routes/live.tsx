import '../styles/lead.css';
import '../styles/desk-pages.css';
import {
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  useSuspenseQuery,
} from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { OctagonX, Play } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../api/client.ts';
import { assistantQuery } from '../api/desk-queries.ts';
import { agentsQuery, conversationsQuery, sessionQuery, teamsQuery } from '../api/queries.ts';
import type { Agent, ConversationLine } from '../api/types.ts';
import { useViews } from '../features/inbox/use-views.ts';
import { useNow } from '../lib/hooks.ts';
import { useWords } from '../lib/i18n.ts';
import { useOthers } from '../lib/presence.ts';
import { clock, duration } from '../lib/time.ts';
import { useTitle } from '../lib/title.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Bars, Failure } from '../ui/states.tsx';
import { say } from '../ui/toasts.tsx';

/** On a wall; the inbox has the rest. */
const MOST = 20;

const FIGURES = ['queue', 'risk', 'human', 'bot', 'snoozed'] as const;

/** For a screen on the wall and for whoever leads the shift: who waits, who works, the red switch. */
export function LivePage() {
  const { t } = useWords();
  useTitle(t('nav.live'));
  const { views, name } = useViews();
  return (
    <>
      <header className="bar">
        <h1>{t('nav.live')}</h1>
      </header>
      <div className="deskpage wall">
        <Switch />
        <div className="figs">
          {FIGURES.map((key) => {
            const view = views.find((one) => one.key === key);
            if (!view) return null;
            const isBad = key === 'risk' && (view.count ?? 0) > 0;
            return (
              <Link
                key={key}
                to="/inbox"
                search={{ view: key }}
                className={isBad ? 'fig bad' : 'fig'}
                data-testid={`fig-${key}`}
              >
                <b>{view.count ?? '–'}</b>
                <span className="t3">{name(view)}</span>
              </Link>
            );
          })}
          <LongestWait />
        </div>
        <div className="g2c">
          <Teams />
          <Agents />
        </div>
        <Held />
      </div>
    </>
  );
}

/** One red switch: the assistant answers nobody, people answer everybody. */
function Switch() {
  const { t, locale } = useWords();
  const client = useQueryClient();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { data } = useQuery(assistantQuery);
  const [isAsking, setAsking] = useState(false);
  if (!data || !['owner', 'admin', 'supervisor'].includes(user?.role ?? '')) return null;
  const set = async (isStopped: boolean) => {
    await call(api.PUT('/api/v1/assistant', { body: { is_stopped: isStopped } }));
    say(t(isStopped ? 'live.stopped' : 'live.started'));
    await client.invalidateQueries({ queryKey: assistantQuery.queryKey });
  };
  return (
    <section className="stop" data-testid="assistant" data-stopped={data.is_stopped}>
      <div className="grow">
        <b>{data.is_stopped ? t('live.isStopped') : t('live.works')}</b>
        <p className="t3">
          {data.is_stopped
            ? t('live.stoppedBy', {
                name: data.by ?? '',
                time: data.at ? clock(data.at, locale) : '',
              })
            : t('live.worksHelp')}
        </p>
      </div>
      {data.is_stopped ? (
        <Button look="pri" onClick={() => void set(false)} data-testid="start">
          <Play className="i" />
          {t('live.start')}
        </Button>
      ) : (
        <Button className="danger" onClick={() => setAsking(true)} data-testid="stop">
          <OctagonX className="i" />
          {t('live.stop')}
        </Button>
      )}
      <Confirm
        open={isAsking}
        onOpenChange={setAsking}
        title={t('live.stop')}
        lead={t('live.stopLead')}
        act={t('live.stop')}
        onAct={() => set(true)}
      />
    </section>
  );
}

function LongestWait() {
  const { t } = useWords();
  const now = useNow(1_000);
  const list = useInfiniteQuery(conversationsQuery({ q: 'is:queue is:awake', sort: 'waiting' }));
  const since = list.data?.pages[0]?.items[0]?.waiting_since;
  return (
    <p className="fig">
      <b>{since ? duration(Math.max(0, now - Date.parse(since)), t('app.units')) : '–'}</b>
      <span className="t3">{t('live.longest')}</span>
    </p>
  );
}

function Teams() {
  const { t } = useWords();
  const teams = useQuery(teamsQuery);
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('live.teams')}</h2>
      </header>
      {teams.isPending ? (
        <Bars count={3} />
      ) : teams.isError ? (
        <Failure error={teams.error} onRetry={() => void teams.refetch()} />
      ) : (
        <ul className="rows">
          {teams.data
            .filter((team) => team.key !== 'bot')
            .map((team) => (
              <li key={team.key}>
                <b className="grow">{team.name}</b>
                <span className="t3">
                  {team.open
                    ? t('transfer.free', { count: team.available_agents })
                    : t('transfer.closed')}
                </span>
                <span className="n">{t('transfer.queued', { count: team.queued })}</span>
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}

function Agents() {
  const { t } = useWords();
  const agents = useQuery(agentsQuery);
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('live.agents')}</h2>
      </header>
      {agents.isPending ? (
        <Bars count={3} />
      ) : agents.isError ? (
        <Failure error={agents.error} onRetry={() => void agents.refetch()} />
      ) : (
        <ul className="rows">
          {agents.data.map((agent) => (
            <AgentLine key={agent.key} agent={agent} />
          ))}
        </ul>
      )}
    </section>
  );
}

function AgentLine({ agent }: { agent: Agent }) {
  const { t } = useWords();
  return (
    <li>
      <Link to="/inbox" search={{ q: `is:human to:"${agent.key}"` }} className="link grow cut">
        {agent.name}
      </Link>
      <span className="t3">{t(`account.${agent.availability}`)}</span>
      <span className="n">
        {agent.capacity > 0
          ? t('account.load', { load: agent.load, capacity: agent.capacity })
          : agent.load}
      </span>
    </li>
  );
}

/** Conversations in hand, the assistant's among them, each one click from being watched. */
function Held() {
  const { t } = useWords();
  const list = useInfiniteQuery(conversationsQuery({ q: 'is:open', sort: 'newest' }));
  const lines = list.data?.pages[0]?.items ?? [];
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('live.now')}</h2>
        <span className="end fs12 t3">{t('live.nowHelp')}</span>
      </header>
      {list.isPending ? (
        <Bars count={4} />
      ) : list.isError ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : lines.length === 0 ? (
        <p className="pad t3">{t('list.empty.open')}</p>
      ) : (
        <>
          <ul className="rows">
            {lines.slice(0, MOST).map((line) => (
              <LiveLine key={line.id} line={line} />
            ))}
          </ul>
          {lines.length > MOST && (
            <p className="pad">
              <Link to="/inbox" className="link">
                {t('live.all')}
              </Link>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function LiveLine({ line }: { line: ConversationLine }) {
  const { t } = useWords();
  const others = useOthers(line.id, null);
  const writer = others.find((one) => one.doing === 'writing');
  return (
    <li>
      <Link to="/inbox/$id" params={{ id: line.id }} className="link">
        {line.contact.name}
      </Link>
      <span className="grow cut t3" dir="auto">
        {line.preview}
      </span>
      {writer && (
        <span className="chip warn">{t('presence.writes', { name: writer.name, more: 0 })}</span>
      )}
      <span className="chip line">{line.assignee?.name ?? t(`status.${line.status}`)}</span>
    </li>
  );
}
