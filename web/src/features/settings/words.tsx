import { type ReactNode, use, useMemo } from 'react';
import { useMessages } from 'use-intl';
import { kept, useLanguage, Words } from '../../app/language.tsx';

// Settings have French and English; who reads another language reads them in English.
const english = () => import('../../../messages/settings/en.json');
const wordsOf = kept({
  fr: () => import('../../../messages/settings/fr.json'),
  en: english,
  es: english,
  pt: english,
  ar: english,
});

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
