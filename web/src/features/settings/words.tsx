import { type ReactNode, use, useMemo } from 'react';
import { type AbstractIntlMessages, useMessages } from 'use-intl';
import { useLanguage, Words } from '../../app/language.tsx';

const WORDS = {
  fr: () => import('../../../messages/settings/fr.json'),
  en: () => import('../../../messages/settings/en.json'),
};

const loaded = new Map<string, Promise<AbstractIntlMessages>>();

function wordsOf(language: string): Promise<AbstractIntlMessages> {
  let words = loaded.get(language);
  if (!words) {
    const load: () => Promise<{ default: AbstractIntlMessages }> =
      language === 'fr' ? WORDS.fr : WORDS.en;
    words = load().then((module) => module.default);
    loaded.set(language, words);
  }
  return words;
}

/** The words of settings come with settings: nobody else loads them. */
export function SettingsWords({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const around = useMessages();
  const own = use(wordsOf(language));
  const messages = useMemo(() => ({ ...around, ...own }), [around, own]);
  return (
    <Words language={language} messages={messages}>
      {children}
    </Words>
  );
}
