// Articles as lists and editors show them.
import type { Article, Knowledge } from '../api/types.ts';

type PerLanguage = Readonly<Record<string, string>>;

/** In the reader's language, else in English, else in any. */
export function nameIn(of: PerLanguage, locale: string): string | null {
  return of[locale] ?? of.en ?? Object.values(of)[0] ?? null;
}

export function articleName(article: Article, locale: string): string {
  return nameIn(article.question, locale) ?? article.id;
}

/** A page to write on; the question is the customer's own where there is one. */
export function emptyArticle(knowledge: Knowledge, question: string): Article {
  const language = knowledge.languages[0] ?? 'en';
  return {
    id: '',
    theme: knowledge.themes[0]?.key ?? '',
    question: question === '' ? {} : { [language]: question },
    also: {},
    answer: {},
    topic: null,
    next_step: null,
  };
}

/** The next number of the series the articles already have: `FAQ-26` → `FAQ-27`. */
export function freshId(knowledge: Knowledge): string {
  const numbered = knowledge.articles.flatMap(({ id }) => {
    const match = /^(.*?)(\d+)$/.exec(id);
    return match ? [{ head: match[1] ?? '', digits: match[2] ?? '', value: Number(match[2]) }] : [];
  });
  const last = numbered.reduce<(typeof numbered)[number] | null>(
    (most, one) => (most === null || one.value > most.value ? one : most),
    null,
  );
  if (last === null) return 'article-1';
  return `${last.head}${String(last.value + 1).padStart(last.digits.length, '0')}`;
}

/** One way to ask a line; empty ones are none. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
