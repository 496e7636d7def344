import { useId } from 'react';
import type { ContactDetail } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { longDay } from '../../lib/time.ts';
import { useRectify } from './use-rectify.ts';

/** Data used for nothing but answering; what that means stands beside it. */
export function Restriction({
  contact,
  mayChange,
}: {
  contact: ContactDetail;
  mayChange: boolean;
}) {
  const { t, locale } = useWords();
  const { restricted } = contact.rectified;
  const id = useId();
  const rectify = useRectify(contact.id);
  return (
    <div className="restrict">
      <label className="row g2">
        <input
          type="checkbox"
          checked={contact.is_restricted}
          aria-describedby={id}
          disabled={!mayChange || rectify.isPending}
          onChange={(event) =>
            rectify.mutate({ revision: contact.revision, is_restricted: event.target.checked })
          }
          data-testid="restrict"
        />
        <b className="med">{t('contact.restrict')}</b>
      </label>
      <span id={id} className="t3 fs12">
        {t('contact.restrictHelp')}
      </span>
      {restricted && (
        <span className="t3 fs12 factby">
          {t('contact.restrictedBy', { name: restricted.by, date: longDay(restricted.at, locale) })}
        </span>
      )}
      {rectify.problem && (
        <p className="ferr" role="alert">
          {rectify.problem}
        </p>
      )}
    </div>
  );
}
