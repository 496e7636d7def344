import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { toApiError } from '../api/client.ts';
import { useTitle } from '../lib/title.ts';
import { Button } from '../ui/button.tsx';
import { SignPage } from '../ui/sign-page.tsx';

export function NotFoundPage() {
  const t = useTranslations();
  useTitle(t('error.notFound'));
  return (
    <SignPage title={t('error.notFound')} lead={t('error.notFoundHelp')}>
      <a href="/inbox" className="btn pri lg">
        {t('error.goHome')}
      </a>
    </SignPage>
  );
}

/** The last net: says the cause, the remedy and the number to quote. */
export function ErrorPage({ error }: ErrorComponentProps) {
  const t = useTranslations();
  const router = useRouter();
  const problem = toApiError(error);
  const isOurs = problem.status < 0;
  const kind = problem.isOffline ? 'offline' : problem.status === 403 ? 'forbidden' : 'server';
  const title = isOurs ? t('error.title') : t(`error.${kind}`);
  useTitle(title);
  return (
    <SignPage title={title} lead={isOurs ? t('error.help') : t(`error.${kind}Help`)}>
      <p className="cmd mono" role="alert">
        {[problem.message, problem.detail].filter(Boolean).join(' · ')}
        {problem.requestId && ` · ${t('error.request', { id: problem.requestId })}`}
      </p>
      <div className="row">
        <Button look="pri" onClick={() => (isOurs ? location.reload() : void router.invalidate())}>
          {isOurs ? t('error.reload') : t('app.retry')}
        </Button>
      </div>
    </SignPage>
  );
}
