// Empty, loading, error, lasting trouble: one look each.
import { CloudOff, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { toApiError } from '../api/client.ts';
import { Button } from './button.tsx';

export function Empty({
  icon,
  title,
  text,
  children,
}: {
  icon: ReactNode;
  title: string;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <div className="state">
      {icon}
      <b>{title}</b>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

/** What happened, what to do, and the number to quote. */
export function Failure({
  error,
  title,
  text,
  onRetry,
}: {
  error: unknown;
  title?: string;
  text?: string;
  onRetry?: () => void;
}) {
  const t = useTranslations();
  const problem = toApiError(error);
  const kind = problem.isOffline ? 'offline' : problem.status === 403 ? 'forbidden' : 'server';
  const known = `refusal.${problem.slug}`;
  return (
    <div className="state" role="alert">
      <CloudOff className="i i20" />
      <b>{title ?? t(`error.${kind}`)}</b>
      <p>{text ?? t(`error.${kind}Help`)}</p>
      {problem.status < 500 && problem.detail !== '' && (
        <p>{t.has(known) ? t(known as 'refusal.forbidden') : problem.detail}</p>
      )}
      {onRetry && (
        <Button size="s" onClick={onRetry}>
          <RefreshCw className="i" />
          {t('app.retry')}
        </Button>
      )}
      {problem.requestId && (
        <p className="mono rid">{t('error.request', { id: problem.requestId })}</p>
      )}
    </div>
  );
}

export function Bars({ count }: { count: number }) {
  const t = useTranslations();
  return (
    <div className="bars" aria-busy="true">
      <span className="sr">{t('app.loading')}</span>
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholder rows have no identity
        <div className="bars-row" key={row} aria-hidden="true">
          <i />
          <span>
            <i />
            <i />
          </span>
        </div>
      ))}
    </div>
  );
}

export function Banner({
  tone = 'warn',
  icon,
  children,
  action,
}: {
  tone?: 'warn' | 'bad';
  icon: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`bnr ${tone === 'bad' ? 'bad' : ''}`.trim()} role="status">
      {icon}
      <span className="grow">{children}</span>
      {action}
    </div>
  );
}
