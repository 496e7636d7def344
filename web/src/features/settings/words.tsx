import { type ReactNode, use, useMemo } from 'react';
import { type AbstractIntlMessages, useMessages } from 'use-intl';
import { kept, useLanguage, Words } from '../../app/language.tsx';
import { currentLanguage } from '../../lib/prefs.ts';

type Messages = { default: AbstractIntlMessages };

const english = () => import('../../../messages/settings/en.json');

/** What everybody has of settings, over the English of what only admins see. */
async function over(own: Promise<Messages>): Promise<Messages> {
  const [en, of] = await Promise.all([english(), own]);
  const settings = { ...en.default.settings, ...(of.default.settings as AbstractIntlMessages) };
  return { default: { ...en.default, ...of.default, settings } };
}

const wordsOf = kept({
  fr: () => import('../../../messages/settings/fr.json'),
  en: english,
  es: () => over(import('../../../messages/settings/es.json')),
  pt: () => over(import('../../../messages/settings/pt.json')),
  ar: () => over(import('../../../messages/settings/ar.json')),
});

export const fetchSettingsWords = () => wordsOf(currentLanguage());

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
