import '../styles/inbox.css';
import '../styles/lead.css';
import '../styles/flow.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Infinity as Always } from 'lucide-react';
import { useState } from 'react';
import { flowQuery, triggersQuery } from '../api/lead-queries.ts';
import { eventsQuery } from '../api/queries.ts';
import type { Flow } from '../api/types.ts';
import { FlowCanvas } from '../features/flow/flow-canvas.tsx';
import { FlowOutline } from '../features/flow/flow-outline.tsx';
import { PathPanel, RecentPanel } from '../features/flow/path-panel.tsx';
import { type Path, pathOf, turnsOf } from '../lib/flow-path.ts';
import { useMedia } from '../lib/hooks.ts';
import { useWords } from '../lib/i18n.ts';
import { useTitle } from '../lib/title.ts';
import { NavLink } from '../ui/nav-link.tsx';
import { Bars, Failure } from '../ui/states.tsx';

const route = getRouteApi('/worded/inside/beside/flow');

/** The flow as it is published, and how a conversation went through it. */
export function FlowPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { c } = route.useSearch();
  const flow = useQuery(flowQuery);
  const events = useQuery({ ...eventsQuery(client, c ?? ''), enabled: c !== undefined });
  const [turn, setTurn] = useState<number | null>(null);
  const [target, setTarget] = useState<{ node: string } | null>(null);
  useTitle(t('nav.flow'));
  // A canvas needs room: a pocket gets the same steps as a list.
  const isNarrow = useMedia('(max-width: 47.99rem)');

  const all = c === undefined ? [] : turnsOf(events.data ?? []);
  const turns = turn === null ? all : all.filter((one) => one.position === turn);
  const follow = (id: string | undefined) => {
    setTurn(null);
    setTarget(null);
    void navigate({ to: '/flow', search: id === undefined ? {} : { c: id } });
  };
  return (
    <>
      <header className="bar">
        <h1>{t('nav.flow')}</h1>
        {flow.data && (
          <span className="t3 cut">
            {flow.data.name} · {t('flow.version', { version: flow.data.version })}
          </span>
        )}
        <span className="end fs12 t3 wide-only">{t('flow.readOnly')}</span>
      </header>
      <div className="flowp">
        <section className="cwrap" aria-label={t('nav.flow')}>
          <Lane isOn={turns.some((one) => one.isHandoff && one.steps.length === 0)} />
          {flow.isPending ? (
            <Bars count={6} />
          ) : flow.isError ? (
            <Failure error={flow.error} onRetry={() => void flow.refetch()} />
          ) : (
            <Shown
              flow={flow.data}
              path={turns.some((one) => one.steps.length > 0) ? pathOf(turns) : null}
              target={target}
              {...(isNarrow ? { onJump: (node: string) => setTarget({ node }) } : {})}
            />
          )}
        </section>
        <aside className="ppanel" aria-label={t('flow.follow')}>
          {c === undefined ? (
            <RecentPanel onFollow={follow} />
          ) : (
            <PathPanel
              id={c}
              turn={turn}
              onTurn={setTurn}
              onStep={(node) => setTarget({ node })}
              onBack={() => follow(undefined)}
            />
          )}
        </aside>
      </div>
    </>
  );
}

function Shown({
  onJump,
  ...rest
}: {
  flow: Flow;
  path: Path | null;
  target: { node: string } | null;
  onJump?: (node: string) => void;
}) {
  return onJump ? <FlowOutline {...rest} onJump={onJump} /> : <FlowCanvas {...rest} />;
}

/** What is understood at every step and is drawn nowhere; `isOn` where it decided. */
function Lane({ isOn }: { isOn: boolean }) {
  const { t, reason } = useWords();
  const { data: rules } = useQuery(triggersQuery);
  return (
    <div className={`lane fs12${isOn ? ' on' : ''}`}>
      <Always className="i" />
      <b className="t1 nw">{t('flow.always')}</b>
      <span className="chip acc">{reason('keyword')}</span>
      <span className="chip sens">{reason('sensitive')}</span>
      <span className="chip warn">{reason('sentiment')}</span>
      {rules && <span className="chip">{t('flow.failures', { count: rules.failure_limit })}</span>}
      <NavLink to="/triggers" isCurrent={false} className="link end nw">
        {t('flow.rules')}
      </NavLink>
    </div>
  );
}
