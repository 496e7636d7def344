import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { ContactDetail } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { formatPhone } from '../../lib/text.ts';
import { longDay } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { RectifyForm } from './rectify-form.tsx';
import { Restriction } from './restriction.tsx';

/** What is known of a person, who put it right, and what it may be used for. */
export function Known({ contact, mayRectify }: { contact: ContactDetail; mayRectify: boolean }) {
  const { t, language, segment, locale } = useWords();
  const [isOpen, setOpen] = useState(false);
  const { rectified } = contact;
  const by = (fact: { by: string; at: string } | null) =>
    fact && (
      <span className="t3 fs12 factby">
        {t('contact.rightBy', { name: fact.by, date: longDay(fact.at, locale) })}
      </span>
    );
  return (
    <section className="cd">
      <header className="cdh">
        <h2>{t('contact.known')}</h2>
        {mayRectify && (
          <Button size="s" className="end" onClick={() => setOpen(true)} data-testid="rectify">
            <Pencil className="i i14" />
            {t('contact.rectify')}
          </Button>
        )}
      </header>
      <dl className="dl cdb">
        <dt>{t('contact.name')}</dt>
        <dd>
          <bdi>{contact.name ?? t('contact.noName')}</bdi> {by(rectified.name)}
        </dd>
        <dt>{t('panel.phone')}</dt>
        <dd className="n">{contact.phone ? <bdi>{formatPhone(contact.phone)}</bdi> : '–'}</dd>
        <dt>{t('panel.language')}</dt>
        <dd>
          <span className="cap">{contact.language ? language(contact.language) : '–'}</span>{' '}
          {by(rectified.language)}
        </dd>
        <dt>{t('panel.segment')}</dt>
        <dd>{contact.segment ? segment(contact.segment) : '–'}</dd>
        <dt>{t('contact.since')}</dt>
        <dd>{longDay(contact.created_at, locale)}</dd>
        <dt>{t('contact.consent')}</dt>
        <dd>{contact.is_opted_out ? t('contact.optedOut') : t('contact.optedIn')}</dd>
        <dt>{t('contact.use')}</dt>
        <dd>
          <Restriction contact={contact} mayChange={mayRectify} />
        </dd>
      </dl>
      <Modal
        open={isOpen}
        onOpenChange={setOpen}
        title={t('contact.rectifyTitle')}
        lead={t('contact.rectifyLead')}
      >
        <RectifyForm contact={contact} onDone={() => setOpen(false)} />
      </Modal>
    </section>
  );
}
