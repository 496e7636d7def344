import { useLocale, useTranslations } from 'use-intl';
import { useChooseLanguage } from '../../app/language.tsx';
import { OWN_NAME } from '../../lib/own-name.ts';
import { LANGUAGES } from '../../lib/prefs.ts';

/** Before someone is signed in: each language under its own name. */
export function LanguageSwitch() {
  const t = useTranslations();
  const locale = useLocale();
  const choose = useChooseLanguage();
  return (
    <fieldset className="langs" aria-label={t('account.language')}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={language === locale}
          onClick={() => choose(language)}
        >
          {OWN_NAME[language]}
        </button>
      ))}
    </fieldset>
  );
}
