import { useLocale, useTranslations } from 'use-intl';
import { toApiError } from '../api/client.ts';

const GROUPS = ['refusal', 'settings.refused'] as const;

/**
 * Why the server said no, in the words of the person reading: those of its stable word. What the API
 * itself says is English, and only quoted where nothing else is known.
 */
export function useRefusal(): (error: unknown) => string {
  const t = useTranslations();
  const locale = useLocale();
  return (caught) => {
    const error = toApiError(caught);
    const key = GROUPS.map((group) => `${group}.${error.slug}`).find((one) => t.has(one));
    const said = error.fields.map((one) => one.detail).join(', ') || error.detail || error.message;
    if (error.slug === 'invalid') return `${t('refusal.invalid')} (${said})`;
    if (key) return t(key as 'refusal.forbidden');
    if (error.isOffline) return t('error.offline');
    const text =
      error.status >= 500
        ? t('error.server')
        : locale === 'en'
          ? said
          : t('refusal.other', { text: said });
    return error.requestId ? `${text} (${t('error.request', { id: error.requestId })})` : text;
  };
}
