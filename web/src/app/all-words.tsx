// Every word there is, for the pages beside the inbox.
import { Outlet } from '@tanstack/react-router';
import { use } from 'react';
import { currentLanguage } from '../lib/prefs.ts';
import { kept, useLanguage, Words } from './language.tsx';

const allOf = kept({
  fr: () => import('../../messages/fr.json'),
  en: () => import('../../messages/en.json'),
  es: () => import('../../messages/es.json'),
  pt: () => import('../../messages/pt.json'),
  ar: () => import('../../messages/ar.json'),
});

export const fetchAllWords = () => allOf(currentLanguage());

export function AllWords() {
  const language = useLanguage();
  return (
    <Words language={language} messages={use(allOf(language))}>
      <Outlet />
    </Words>
  );
}
