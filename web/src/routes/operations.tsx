import '../styles/lead.css';
import '../styles/desk-pages.css';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, RotateCcw, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../api/client.ts';
import { channelsQuery, outboxQuery, quarantineQuery } from '../api/desk-queries.ts';
import { sessionQuery } from '../api/queries.ts';
import { useNow } from '../lib/hooks.ts';
import { useWords } from '../lib/i18n.ts';
import { stamp } from '../lib/time.ts';
import { useTitle } from '../lib/title.ts';
import { useRefusal } from '../lib/use-refusal.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Banner, Bars, Empty, Failure } from '../ui/states.tsx';
import { say } from '../ui/toasts.tsx';

/** What waits to go out, what could not be taken in, and the way on. */
export function OperationsPage() {
  const { t } = useWords();
  useTitle(t('nav.operations'));
  return (
    <>
      <header className="bar">
        <h1>{t('nav.operations')}</h1>
      </header>
      <div className="deskpage">
        <Outbox />
        <Channels />
        <Quarantine />
      </div>
    </>
  );
}

function useMayManage(): boolean {
  const { data: user } = useSuspenseQuery(sessionQuery);
  return user?.role === 'owner' || user?.role === 'admin';
}

function Outbox() {
  const { t } = useWords();
  const client = useQueryClient();
  const mayManage = useMayManage();
  const outbox = useQuery(outboxQuery);
  const [asked, setAsked] = useState<'ask' | 'send' | 'drop' | null>(null);
  if (outbox.isPending) return <Bars count={2} />;
  if (outbox.isError) {
    return <Failure error={outbox.error} onRetry={() => void outbox.refetch()} />;
  }
  const { hold_reason: reason, held, queued, unknown } = outbox.data;
  return (
    <section className="col g4" aria-labelledby="ops-out">
      <h2 id="ops-out" className="ttl">
        {t('ops.outbox')}
      </h2>
      {reason !== null && (
        <Banner icon={<TriangleAlert className="i" />}>
          <b>{t('ops.held')}</b> {reason}
        </Banner>
      )}
      <div className="figs">
        <p className="fig">
          <b>{queued}</b>
          <span className="t3">{t('ops.queued')}</span>
        </p>
        <p className={unknown > 0 ? 'fig bad' : 'fig'}>
          <b>{unknown}</b>
          <span className="t3">{t('ops.unknown')}</span>
        </p>
        <p className={held > 0 ? 'fig bad' : 'fig'}>
          <b>{held}</b>
          <span className="t3">{t('ops.onHold')}</span>
        </p>
      </div>
      {(reason !== null || held > 0) && mayManage && (
        <div className="row g2">
          <Button look="pri" onClick={() => setAsked('ask')} data-testid="release-ask">
            {t('ops.ask')}
          </Button>
          <Button onClick={() => setAsked('send')} data-testid="release-send">
            {t('ops.send')}
          </Button>
          <Button onClick={() => setAsked('drop')} data-testid="release-drop">
            {t('ops.drop')}
          </Button>
        </div>
      )}
      <Confirm
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={t(`ops.${asked ?? 'send'}`)}
        lead={t(`ops.${asked ?? 'send'}Lead`, { count: held })}
        act={t(`ops.${asked ?? 'send'}`)}
        onAct={async () => {
          if (!asked) return;
          await call(api.POST('/api/v1/outbox/release', { body: { held: asked } }));
          say(t('ops.released'));
          await client.invalidateQueries({ queryKey: outboxQuery.queryKey });
        }}
      />
    </section>
  );
}

function Channels() {
  const { t } = useWords();
  const channels = useQuery(channelsQuery);
  const paused = channels.data?.filter((channel) => channel.paused_reason !== null) ?? [];
  if (paused.length === 0) return null;
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('ops.paused')}</h2>
      </header>
      <ul className="rows">
        {paused.map((channel) => (
          <li key={channel.id}>
            <b>{channel.name}</b>
            <span className="c-dan grow">{channel.paused_reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Quarantine() {
  const { t, locale } = useWords();
  const client = useQueryClient();
  const mayManage = useMayManage();
  const now = useNow(15_000);
  const list = useQuery(quarantineQuery);
  const refusal = useRefusal();
  const [problem, setProblem] = useState<{ id: string; text: string } | null>(null);
  const replay = useMutation({
    mutationFn: (entry: { channel: string; provider_id: string }) =>
      call(
        api.POST('/api/v1/ingest/replay', {
          body: { channel: entry.channel, receipt: entry.provider_id },
        }),
      ),
    onMutate: () => setProblem(null),
    onSuccess: ({ outcome }) => say(t(`ops.outcome.${outcome as 'processed'}`)),
    onError: (caught, entry) => {
      setProblem({ id: entry.provider_id, text: refusal(caught) });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['ingest'] }),
  });
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('ops.quarantine')}</h2>
        {list.data && <span className="end fs12 t3 n">{list.data.length}</span>}
      </header>
      {list.isPending ? (
        <Bars count={3} />
      ) : list.isError ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Empty
          icon={<CircleCheck className="i i20" />}
          title={t('ops.nothing')}
          text={t('ops.nothingHelp')}
        />
      ) : (
        <ul className="rows">
          {list.data.map((entry) => (
            <li key={`${entry.channel}-${entry.provider_id}`} data-testid="quarantined">
              <time className="n t3 fs12" dateTime={entry.received_at}>
                {stamp(entry.received_at, now, locale, t('app.yesterday'))}
              </time>
              <span className="grow">
                {entry.reason || t('ops.noReason')}
                <span className="mono t3 fs11 cut"> {entry.provider_id}</span>
              </span>
              {entry.conversation && (
                <Link to="/inbox/$id" params={{ id: entry.conversation }} className="link">
                  {t('ops.conversation')}
                </Link>
              )}
              {mayManage && (
                <Button
                  size="s"
                  busy={replay.isPending && replay.variables.provider_id === entry.provider_id}
                  onClick={() => replay.mutate(entry)}
                >
                  <RotateCcw className="i i14" />
                  {t('ops.replay')}
                </Button>
              )}
              {problem?.id === entry.provider_id && (
                <span className="ferr" role="alert">
                  {problem.text}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {list.data?.length === 200 && <p className="pad t3 fs12">{t('ops.more')}</p>}
    </section>
  );
}
