import { useTranslations } from 'use-intl';
import type { ApiError } from '../../api/client.ts';

/** Why the server said no, in the words of the person reading. */
export function useRefusal(): (error: ApiError) => string {
  const t = useTranslations();
  return (error) => {
    const key = `refusal.${error.slug}`;
    if (t.has(key)) return t(key as 'refusal.forbidden');
    const text = error.isOffline ? t('error.offline') : error.detail || error.message;
    return error.requestId ? `${text} (${t('error.request', { id: error.requestId })})` : text;
  };
}
