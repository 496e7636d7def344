import type { Language } from './prefs.ts';

/** Each under its own name, whatever the page is in. */
export const OWN_NAME = {
  fr: 'Français',
  en: 'English',
  es: 'Español',
  pt: 'Português',
  ar: 'العربية',
} as const satisfies Record<Language, string>;

/** Where five names have no room. */
export function shortName(language: Language): string {
  return language === 'ar' ? 'ع' : language.toUpperCase();
}
