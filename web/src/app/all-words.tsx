// Every word there is, for the pages beside the inbox.
import { Outlet } from '@tanstack/react-router';
import { use } from 'react';
import type { AbstractIntlMessages } from 'use-intl';
import type { Language } from '../lib/prefs.ts';
import { useLanguage, Words } from './language.tsx';

const ALL: Record<Language, () => Promise<{ default: AbstractIntlMessages }>> = {
  fr: () => import('../../messages/fr.json'),
  en: () => import('../../messages/en.json'),
};

const loaded = new Map<Language, Promise<AbstractIntlMessages>>();

function allOf(language: Language): Promise<AbstractIntlMessages> {
  let messages = loaded.get(language);
  if (!messages) {
    messages = ALL[language]().then((module) => module.default);
    loaded.set(language, messages);
  }
  return messages;
}

export function AllWords() {
  const language = useLanguage();
  return (
    <Words language={language} messages={use(allOf(language))}>
      <Outlet />
    </Words>
  );
}
