import { useLocale, useTranslations } from 'use-intl';
import { humanise } from './text.ts';

export type Translate = ReturnType<typeof useTranslations>;

/** Translated words for slugs of the server; unknown ones are made readable. */
export function useWords() {
  const t = useTranslations();
  const locale = useLocale();
  const word = (group: string, slug: string) => {
    const key = `${group}.${slug}`;
    return t.has(key) ? t(key) : humanise(slug);
  };
  return {
    t,
    locale,
    word,
    reason: (slug: string) => word('reason', slug),
    /** Where a row has no room for more. */
    reasonShort: (slug: string) => word('reasonShort', slug),
    topic: (slug: string) => word('topic', slug),
    segment: (slug: string) => word('segment', slug),
    role: (slug: string) => word('role', slug),
    language: (code: string) => {
      const short = code.split('-')[0] ?? code;
      return t.has(`languageName.${short}`) ? t(`languageName.${short}`) : code;
    },
    /** `sensitive:refund` → "Sujet sensible : remboursement". */
    rule: (slug: string) => {
      const [head = slug, ...rest] = slug.split(/[:./]/);
      const name = word('rule', head);
      const tail = rest.join(' ');
      if (tail === '') return name;
      const gap = locale === 'fr' ? '\u00a0: ' : ': ';
      return `${name}${gap}${word('topic', tail)}`;
    },
    percent: (value: number) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
        value,
      ),
  };
}
