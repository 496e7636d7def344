import { useLocale, useTranslations } from 'use-intl';
import { type ApiError, toApiError } from '../api/client.ts';

const GROUPS = ['refusal', 'settings.refused'] as const;

type Fault = ApiError['fields'][number];

/**
 * What is wrong with a field, in the words of the person reading: those of its code, after the name
 * of the field where it has one. What has no words is said as the API says it, in English.
 */
export function useFault(): (fault: Fault) => { text: string; isKnown: boolean } {
  const t = useTranslations();
  return ({ pointer, code, least, most, detail }) => {
    const key = `refusal.field.${code}`;
    const isKnown = t.has(key);
    const why = isKnown ? t(key, { least: least ?? 0, most: most ?? 0 }) : detail;
    // The last part that has a name, after those that say of which one: `/teams/0/name` is a name,
    // `/macros/bonjour/tags` the tags of that macro.
    const named: { name: string; of: string }[] = [];
    for (const part of pointer.split('/')) {
      const last = named.at(-1);
      if (part && t.has(`refusal.at.${part}`))
        named.push({ name: t(`refusal.at.${part}`), of: '' });
      else if (last && !/^\d*$/.test(part)) last.of += ` ${part.replaceAll('~1', '/')}`;
    }
    const at = named.filter(({ of }, index) => of || index === named.length - 1);
    const name = at.map((one) => one.name + one.of).join(' · ');
    return { text: name ? t('refusal.said', { name, why }) : why, isKnown };
  };
}

/**
 * Why the server said no, in the words of the person reading: those of its stable word. What the API
 * itself says is English, and only quoted where nothing else is known.
 */
export function useRefusal(): (error: unknown) => string {
  const t = useTranslations();
  const locale = useLocale();
  const fault = useFault();
  return (caught) => {
    const error = toApiError(caught);
    const numbered = (text: string) =>
      error.requestId ? `${text} (${t('error.request', { id: error.requestId })})` : text;
    const key = GROUPS.map((group) => `${group}.${error.slug}`).find((one) => t.has(one));
    const said = error.fields.map((one) => one.detail).join(', ') || error.detail || error.message;
    if (error.slug === 'invalid') {
      const faults = error.fields.map(fault);
      const text = faults.map((one) => one.text).join(' · ') || said;
      const whole = `${t('refusal.invalid')} ${text}`;
      return faults.length > 0 && faults.every((one) => one.isKnown) ? whole : numbered(whole);
    }
    if (key) return t(key as 'refusal.forbidden');
    if (error.isOffline) return t('error.offline');
    const text =
      error.status >= 500
        ? t('error.server')
        : locale === 'en'
          ? said
          : t('refusal.other', { text: said });
    return numbered(text);
  };
}
