import { Fragment } from 'react';
import { useTranslations } from 'use-intl';
import { SHORTCUTS } from '../../lib/keys.ts';
import { Modal } from '../../ui/modal.tsx';

export function KeysHelp({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations();
  return (
    <Modal open={open} onOpenChange={onOpenChange} title={t('keys.title')} lead={t('keys.lead')}>
      <dl className="keys">
        {SHORTCUTS.map(({ name, shown }) => (
          <Fragment key={name}>
            <dt>{t(`keys.${name}`)}</dt>
            <dd>
              {shown.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  );
}
