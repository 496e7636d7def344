import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ShieldCheck, ShieldX } from 'lucide-react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Bars } from '../../ui/states.tsx';
import { AccessPanel } from './accesses.tsx';
import { useMoment } from './moment.ts';
import { More, Panel, Refused } from './parts.tsx';

/** Who asked for what that matters, and whether the chain still holds. */
export function AuditPage() {
  const { t } = useWords();
  const moment = useMoment();
  const lines = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/api/v1/audit', {
          params: { query: pageParam === '' ? {} : { cursor: Number(pageParam) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const verdict = useQuery({
    queryKey: ['audit', 'verdict'],
    queryFn: () => call(api.GET('/api/v1/audit/verdict')),
  });
  const items = lines.data?.pages.flatMap((page) => page.items) ?? [];
  const act = (slug: string) =>
    t.has(`settings.act.${slug.replace('.', '_')}`)
      ? t(`settings.act.${slug.replace('.', '_')}`)
      : slug;
  return (
    <>
      <Panel
        title={t('settings.audit.title')}
        lead={t('settings.audit.lead')}
        action={
          verdict.data && <Chain lines={verdict.data.lines} brokenAt={verdict.data.broken_at} />
        }
      >
        {lines.isPending && <Bars count={6} />}
        <Refused error={lines.error ?? verdict.error} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables are scrolled with keys */}
        <section className="tscroll" tabIndex={0} aria-label={t('settings.audit.title')}>
          <table className="settab stack">
            <thead>
              <tr>
                <th scope="col">{t('settings.audit.when')}</th>
                <th scope="col">{t('settings.audit.who')}</th>
                <th scope="col">{t('settings.audit.what')}</th>
                <th scope="col">{t('settings.audit.about')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((line) => (
                <tr key={line.seq}>
                  <td className="n nw">
                    {moment(line.at, { dateStyle: 'short', timeStyle: 'medium' })}
                  </td>
                  <td>{line.who}</td>
                  <td>{act(line.act)}</td>
                  <td className="t3 brk">{line.subject}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <More of={lines} />
      </Panel>
      <AccessPanel
        chain={
          verdict.data && (
            <Chain lines={verdict.data.accesses} brokenAt={verdict.data.accesses_broken_at} />
          )
        }
      />
    </>
  );
}

function Chain({ lines, brokenAt }: { lines: number; brokenAt: number | null }) {
  const { t } = useWords();
  return brokenAt === null ? (
    <span className="chip ok lg">
      <ShieldCheck className="i" />
      {t('settings.audit.whole', { count: lines })}
    </span>
  ) : (
    <span className="chip bad lg">
      <ShieldX className="i" />
      {t('settings.audit.broken', { line: brokenAt })}
    </span>
  );
}
