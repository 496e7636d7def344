import '../styles/lead.css';
import '../styles/desk-pages.css';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ChevronLeft, Download, EyeOff, ShieldCheck, Trash2, UserRound } from 'lucide-react';
import { useState } from 'react';
import { ApiError, api, call } from '../api/client.ts';
import { contactQuery } from '../api/desk-queries.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Certificate, ContactDetail } from '../api/types.ts';
import { AccessLines, AccessTable } from '../features/access/access-lines.tsx';
import { Known } from '../features/contact/known.tsx';
import { useNow } from '../lib/hooks.ts';
import { useWords } from '../lib/i18n.ts';
import { useKeys } from '../lib/keys.ts';
import { clock, longDay, stamp } from '../lib/time.ts';
import { useTitle } from '../lib/title.ts';
import { ContactAvatar, VipSeal } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Banner, Bars, Empty, Failure } from '../ui/states.tsx';

/** One person: what is known, all of it as a file, and its end. */
export function ContactPage() {
  const { t } = useWords();
  const { id = '' } = useParams({ strict: false });
  const contact = useQuery(contactQuery(id));
  const { data: user } = useSuspenseQuery(sessionQuery);
  const role = user?.role ?? '';
  const [certificate, setCertificate] = useState<Certificate | null>(null);
  const name = contact.data?.name ?? t('contact.unknown');
  useTitle(name);
  if (!contact.data) {
    const isMissing = contact.error instanceof ApiError && contact.error.status === 404;
    return (
      <>
        <header className="bar">
          <WayBack />
        </header>
        {contact.isPending && <Bars count={6} />}
        {isMissing && <Empty icon={<UserRound className="i i20" />} title={t('contact.missing')} />}
        {contact.isError && !isMissing && (
          <Failure error={contact.error} onRetry={() => void contact.refetch()} />
        )}
      </>
    );
  }
  return (
    <>
      <header className="bar">
        <WayBack />
        <ContactAvatar name={name} />
        <h1 className="cut">{name}</h1>
        {contact.data.segment === 'vip' && <VipSeal />}
        <Acts contact={contact.data} onErased={setCertificate} />
      </header>
      <div className="deskpage">
        {certificate && <Proof certificate={certificate} />}
        {contact.data.is_erased && !certificate && (
          <Empty
            icon={<ShieldCheck className="i i20" />}
            title={t('contact.erased')}
            text={t('contact.erasedHelp')}
          />
        )}
        {role === 'auditor' && !contact.data.is_erased && (
          <Banner icon={<EyeOff className="i" />}>{t('contact.masked')}</Banner>
        )}
        {!contact.data.is_erased && (
          <Known contact={contact.data} mayRectify={role !== 'auditor'} />
        )}
        <Conversations contact={contact.data} />
        {['owner', 'admin', 'auditor'].includes(role) && <Accesses id={id} />}
      </div>
    </>
  );
}

/** To the conversation this was opened from, in its list; else to the conversations. */
function WayBack() {
  const { t } = useWords();
  const navigate = useNavigate();
  const { from, ...search } = useSearch({ strict: false });
  const label = from ? t('contact.backTo') : t('contact.backToAll');
  const back = from
    ? ({ to: '/inbox/$id', params: { id: from }, search } as const)
    : ({ to: '/inbox', search } as const);
  useKeys({ escape: () => void navigate(back) });
  return (
    <Link className="ib" aria-label={label} title={label} data-testid="way-back" {...back}>
      <ChevronLeft className="i flip" />
    </Link>
  );
}

function Acts({
  contact,
  onErased,
}: {
  contact: ContactDetail;
  onErased: (certificate: Certificate) => void;
}) {
  const { t } = useWords();
  const client = useQueryClient();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const [isAsking, setAsking] = useState(false);
  const role = user?.role ?? '';
  const isOpen = contact.conversations.some((line) => line.status !== 'resolved');
  const mayExport = ['owner', 'admin', 'auditor'].includes(role) && !contact.is_erased;
  const mayErase = ['owner', 'admin'].includes(role) && !contact.is_erased;
  const href = `/api/v1/contacts/${contact.id}/export?format=`;
  return (
    <span className="end row g2 wrap">
      {mayExport &&
        (['zip', 'html', 'json'] as const).map((format) => (
          <a key={format} className="btn s" href={`${href}${format}`} download>
            <Download className="i i14" />
            {t(`contact.${format}`)}
          </a>
        ))}
      {mayErase && (
        <Button size="s" onClick={() => setAsking(true)} data-testid="erase">
          <Trash2 className="i i14" />
          {t('contact.erase')}
        </Button>
      )}
      <Confirm
        open={isAsking}
        onOpenChange={setAsking}
        title={t('contact.eraseTitle')}
        lead={isOpen ? t('contact.stillOpen') : t('contact.eraseLead')}
        word={t('contact.eraseWord')}
        act={isOpen ? null : t('contact.erase')}
        onAct={async () => {
          const path = { id: contact.id };
          onErased(await call(api.DELETE('/api/v1/contacts/{id}', { params: { path } })));
          await client.invalidateQueries();
        }}
      >
        <ul className="t2">
          <li>{t('contact.goes', { count: contact.conversations.length })}</li>
          <li>{t('contact.stays')}</li>
          <li>{t('contact.copies')}</li>
        </ul>
      </Confirm>
    </span>
  );
}

/** What to show somebody who asks whether it was done. */
function Proof({ certificate }: { certificate: Certificate }) {
  const { t, locale } = useWords();
  return (
    <section className="cd cert" role="status" data-testid="certificate">
      <header className="cdh">
        <h2>{t('contact.certificate')}</h2>
        <Button size="s" className="end" onClick={() => window.print()}>
          {t('contact.print')}
        </Button>
      </header>
      <dl className="dl cdb">
        <dt>{t('contact.person')}</dt>
        <dd className="mono">{certificate.contact}</dd>
        <dt>{t('contact.when')}</dt>
        <dd>
          {longDay(certificate.at, locale)} {clock(certificate.at, locale)}
        </dd>
        <dt>{t('contact.by')}</dt>
        <dd>{certificate.by}</dd>
        <dt>{t('contact.conversations')}</dt>
        <dd className="n">{certificate.conversations}</dd>
        <dt>{t('contact.line')}</dt>
        <dd className="mono">
          {certificate.audit_line} · {certificate.audit_hash}
        </dd>
      </dl>
    </section>
  );
}

function Conversations({ contact }: { contact: ContactDetail }) {
  const { t, locale, reason } = useWords();
  const now = useNow(15_000);
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('contact.conversations')}</h2>
        <span className="end n t3 fs12">{contact.conversations.length}</span>
      </header>
      {contact.conversations.length === 0 ? (
        <p className="pad t3">{t('contact.none')}</p>
      ) : (
        <ul className="rows">
          {contact.conversations.map((line) => (
            <li key={line.id}>
              <time className="n t3 fs12" dateTime={line.last_message_at}>
                {stamp(line.last_message_at, now, locale, t('app.yesterday'))}
              </time>
              <Link to="/inbox/$id" params={{ id: line.id }} className="link grow cut runs">
                {t('thread.number', { number: line.number })}
                {line.preview && (
                  <>
                    {' · '}
                    <bdi className="cut">{line.preview}</bdi>
                  </>
                )}
              </Link>
              {line.reason && <span className="lab">{reason(line.reason)}</span>}
              <span className="chip line">{t(`status.${line.status}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Accesses({ id }: { id: string }) {
  const { t } = useWords();
  return (
    <section className="cd" data-testid="accesses">
      <header className="cdh">
        <h2>{t('contact.accesses')}</h2>
        <AccessTable of={{ contact: id }} />
      </header>
      <AccessLines of={{ contact: id }} />
    </section>
  );
}
