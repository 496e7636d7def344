// What can be put right about a turn of the assistant.
import type { Article, Trace } from '../api/types.ts';
import { isWinner } from './thread.ts';

/** The article whose answer the assistant sent, told by the words of it. */
export function givenBy(articles: readonly Article[], said: readonly string[]): Article | null {
  const texts = said.map((text) => text.trim());
  const is = (article: Article) =>
    Object.values(article.answer).some((answer) => {
      const plain = answer.trim();
      return plain !== '' && texts.some((text) => text === plain || text.startsWith(plain));
    });
  return articles.find(is) ?? null;
}

/** The rule that decided, where people may say that it rang falsely. */
export function silencable(trace: Trace): string | null {
  const rule = trace.rules.find((one) => isWinner(one, trace.winner))?.rule ?? trace.winner ?? '';
  return /^(keyword|sentiment|sensitive:\S+)$/.test(rule) ? rule : null;
}

/** What is sent: nothing where it says nothing. */
export function correctionOf(asked: string, given: string | null, right: string) {
  const wrong = given !== null && given !== right ? given : null;
  if (asked.trim() === '' || (wrong === null && right === '')) return null;
  return {
    asked,
    ...(wrong === null ? {} : { wrong }),
    ...(right === '' ? {} : { right }),
  };
}

/** Mistakes by the article they were meant for, the most first. */
export function byMeant<T extends { meant: string }>(mistakes: readonly T[]) {
  const groups = new Map<string, T[]>();
  for (const one of mistakes) groups.set(one.meant, [...(groups.get(one.meant) ?? []), one]);
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}
