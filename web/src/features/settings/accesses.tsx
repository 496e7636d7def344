// Who looked at whom, all of it; a press on a name shows only theirs.
import { useInfiniteQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type AccessOf, accessesQuery } from '../../api/desk-queries.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Bars } from '../../ui/states.tsx';
import { AccessTable, useDid } from '../access/access-lines.tsx';
import { useMoment } from './moment.ts';
import { More, Panel, Refused } from './parts.tsx';

export function AccessPanel({ chain }: { chain: ReactNode }) {
  const { t } = useWords();
  const moment = useMoment();
  const did = useDid();
  const [of, setOf] = useState<AccessOf>({});
  const [only] = Object.keys(of) as (keyof AccessOf)[];
  const lines = useInfiniteQuery(accessesQuery(of));
  const items = lines.data?.pages.flatMap((page) => page.items) ?? [];
  const pick = (words: string, next: AccessOf) => (
    <button type="button" className="link" onClick={() => setOf(next)}>
      <bdi>{words}</bdi>
    </button>
  );
  return (
    <Panel title={t('settings.accesses.title')} lead={t('settings.accesses.lead')} action={chain}>
      <p className="row wrap">
        {only && (
          <Button size="s" onClick={() => setOf({})}>
            <X className="i i14" />
            {t(`settings.accesses.only.${only}`, { login: of.login ?? '' })}
          </Button>
        )}
        <AccessTable of={of} />
      </p>
      {lines.isPending && <Bars count={6} />}
      <Refused error={lines.error} />
      {lines.data && items.length === 0 && <p className="t3">{t('settings.accesses.none')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables are scrolled with keys */}
      <section className="tscroll" tabIndex={0} aria-label={t('settings.accesses.title')}>
        <table className="settab stack" hidden={items.length === 0}>
          <thead>
            <tr>
              <th scope="col">{t('settings.audit.when')}</th>
              <th scope="col">{t('settings.audit.who')}</th>
              <th scope="col">{t('settings.audit.what')}</th>
              <th scope="col">{t('settings.accesses.person')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((line) => (
              <tr key={line.seq} data-testid="access">
                <td className="n nw">
                  {moment(line.at, { dateStyle: 'short', timeStyle: 'medium' })}
                </td>
                <td>{pick(line.who, { login: line.who })}</td>
                <td>
                  {line.conversation
                    ? pick(did(line), { conversation: line.conversation })
                    : did(line)}
                </td>
                <td>{pick(line.name ?? t('contact.unknown'), { contact: line.contact })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <More of={lines} />
    </Panel>
  );
}
