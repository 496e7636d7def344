import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';

/** How a small form ends: what went wrong, the way out, and the act itself. */
export function Foot({
  problem,
  onCancel,
  children,
}: {
  problem?: string | false | null | undefined;
  onCancel?: () => void;
  children: ReactNode;
}) {
  const t = useTranslations();
  return (
    <>
      {problem && (
        <p className="ferr" role="alert">
          {problem}
        </p>
      )}
      <div className="row dlgf">
        {onCancel && <Button onClick={onCancel}>{t('app.cancel')}</Button>}
        {children}
      </div>
    </>
  );
}
