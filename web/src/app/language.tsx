import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { type AbstractIntlMessages, IntlProvider } from 'use-intl';
import { currentLanguage, type Language, saveLanguage } from '../lib/prefs.ts';

type Load = Record<Language, () => Promise<{ default: AbstractIntlMessages }>>;

// Fewer people speak these: one file each, not a piece for every page.
const es = () => import('../../messages/es.json?inbox');
const pt = () => import('../../messages/pt.json?inbox');
const ar = () => import('../../messages/ar.json?inbox');
const CORE: Load = {
  fr: () => import('../../messages/fr.json?core'),
  en: () => import('../../messages/en.json?core'),
  es,
  pt,
  ar,
};
const INBOX: Load = {
  fr: () => import('../../messages/fr.json?inbox'),
  en: () => import('../../messages/en.json?inbox'),
  es,
  pt,
  ar,
};

/** Loads the words of a language once. */
export function kept(load: Load) {
  const loaded = new Map<Language, Promise<AbstractIntlMessages>>();
  return (language: Language) => {
    let messages = loaded.get(language);
    if (!messages) {
      const coming = load[language]().then((module) => module.default);
      // As `use` marks it itself once it has waited: what is there need not be waited for.
      coming.then(
        (value) => Object.assign(coming, { status: 'fulfilled', value }),
        () => undefined,
      );
      loaded.set(language, coming);
      messages = coming;
    }
    return messages;
  };
}

const inboxOf = kept(INBOX);

interface Choice {
  language: Language;
  choose: (language: Language) => void;
}

const Current = createContext<Choice>({ language: 'fr', choose: () => undefined });

/** Switches the language of the interface, now and for the next visit. */
export function useChooseLanguage() {
  return use(Current).choose;
}

/**
 * The words of the frame, and what is in it once the first page is `ready`: shown piece by piece, each
 * would be held back 300 ms after the one before.
 */
export function LanguageProvider({
  ready,
  children,
}: {
  ready: Promise<unknown>;
  children: ReactNode;
}) {
  const [language, setLanguage] = useState<Language>(currentLanguage);
  const [core, setCore] = useState<{ language: Language; messages: AbstractIntlMessages } | null>(
    null,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of language loads
  useEffect(() => {
    let stale = false;
    // Both parts, so that a switch shows one language and never two.
    void Promise.all([CORE[language](), core === null ? ready : inboxOf(language)]).then(
      ([part]) => {
        if (stale) return;
        document.documentElement.lang = language;
        document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
        setCore({ language, messages: part.default });
      },
    );
    return () => {
      stale = true;
    };
  }, [language]);

  if (core === null) return null;
  const choose = (next: Language) => {
    saveLanguage(next);
    setLanguage(next);
  };
  return (
    <Current value={{ language: core.language, choose }}>
      <Words language={core.language} messages={core.messages}>
        {children}
      </Words>
    </Current>
  );
}

/** What this page is in now. */
export function useLanguage(): Language {
  return use(Current).language;
}

/** Fetches the words of the inbox beside the page that will need them. */
export function fetchWords(): Promise<unknown> {
  return inboxOf(currentLanguage());
}

/** The words of the inbox, for the pages behind a lazy route. */
export function InboxWords({ children }: { children: ReactNode }) {
  const { language } = use(Current);
  return (
    <Words language={language} messages={use(inboxOf(language))}>
      {children}
    </Words>
  );
}

export function Words({
  language,
  messages,
  children,
}: {
  language: Language;
  messages: AbstractIntlMessages;
  children: ReactNode;
}) {
  return (
    <IntlProvider
      locale={language}
      messages={messages}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      {children}
    </IntlProvider>
  );
}
