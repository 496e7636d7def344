import { Fragment } from 'react';
import { useTranslations } from 'use-intl';
import { MOD } from '../../lib/hooks.ts';
import { Modal } from '../../ui/modal.tsx';

const KEYS = [
  ['next', 'J', '↓'],
  ['previous', 'K', '↑'],
  ['open', 'Enter'],
  ['take', 'T'],
  ['reply', 'R'],
  ['note', 'N'],
  ['transfer', 'M'],
  ['return', 'B'],
  ['resolve', 'E'],
  ['resolveNext', 'Shift E'],
  ['search', '/'],
  ['card', 'H'],
  ['theme', 'D'],
  ['send', `${MOD} ↵`],
  ['toggle', `${MOD} /`],
  ['back', 'Esc'],
  ['help', '?'],
] as const;

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
        {KEYS.map(([action, ...keys]) => (
          <Fragment key={action}>
            <dt>{t(`keys.${action}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  );
}
