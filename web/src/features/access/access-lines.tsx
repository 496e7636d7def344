// Who looked at whom: the lines of a person, and what a line says.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { type AccessOf, accessesQuery } from '../../api/desk-queries.ts';
import type { components } from '../../api/schema.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { stamp } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { Bars, Failure } from '../../ui/states.tsx';

export type AccessLine = components['schemas']['AccessLine'];

const ACTS = ['open', 'read', 'export', 'erase'] as const;

/** What was done, in words. */
export function useDid(): (line: AccessLine) => string {
  const { t } = useWords();
  return (line) => {
    const act = ACTS.find((one) => one === line.act);
    return act ? t(`contact.did.${act}`, { number: line.number ?? 0 }) : line.act;
  };
}

export function AccessLines({ of }: { of: AccessOf }) {
  const { t, locale } = useWords();
  const now = useNow(15_000);
  const did = useDid();
  const lines = useInfiniteQuery(accessesQuery(of));
  const items = lines.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {lines.isPending && <Bars count={3} />}
      {lines.isError && <Failure error={lines.error} onRetry={() => void lines.refetch()} />}
      {lines.data && items.length === 0 && <p className="pad t3">{t('contact.noAccess')}</p>}
      <ul className="rows">
        {items.map((line) => (
          <li key={line.seq}>
            <time className="n t3 fs12" dateTime={line.at}>
              {stamp(line.at, now, locale, t('app.yesterday'))}
            </time>
            <bdi className="grow cut">{line.who}</bdi>
            <span className="chip line">{did(line)}</span>
          </li>
        ))}
      </ul>
      {lines.hasNextPage && (
        <p className="pad">
          <Button
            size="s"
            busy={lines.isFetchingNextPage}
            onClick={() => void lines.fetchNextPage()}
          >
            {t('contact.older')}
          </Button>
        </p>
      )}
    </>
  );
}

/** The same as a table. */
export function AccessTable({ of }: { of: AccessOf }) {
  const { t } = useWords();
  const query = new URLSearchParams({ ...of }).toString();
  return (
    <a className="btn s ghost end" href={`/api/v1/accesses/export?${query}`} download>
      <Download className="i i14" />
      {t('contact.table')}
    </a>
  );
}
