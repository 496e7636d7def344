// A wake-up of the browser's vendor: it carries nothing, so what is said is only that somebody
// waits. Who looks at the app already needs no notice.

const WORDS: Readonly<Record<string, string>> = {
  fr: 'Un client attend une personne.',
  en: 'A customer waits for a person.',
  es: 'Un cliente espera a una persona.',
  pt: 'Um cliente espera por uma pessoa.',
  ar: 'عميل ينتظر شخصاً.',
};
/** Where a notice leads. */
export const QUEUE = '/inbox?view=queue';

/** In the language of the browser: the worker knows no other. */
export function wordsIn(language: string): { lang: string; body: string } {
  const short = language.toLowerCase().split('-')[0] ?? '';
  const lang = short in WORDS ? short : 'en';
  return { lang, body: WORDS[lang] ?? '' };
}

interface Page {
  readonly focused: boolean;
  readonly url: string;
}

export function looksAtIt(pages: readonly Page[]): boolean {
  return pages.some((page) => page.focused);
}

/** The page that is brought to the front; none: a new one. */
export function pageFor<P extends Page>(pages: readonly P[]): P | undefined {
  return pages.find((page) => new URL(page.url).pathname.startsWith('/inbox')) ?? pages[0];
}
