// What may be put into a reply: `/` calls up the team's snippets, `??` the knowledge base. Both at
// the end of what is written, after a space or at the start. In a note, `@` calls a colleague.
import type { Agent, Article, Macro, Snippet } from '../api/types.ts';
import { fill, type Values } from './canned.ts';
import { nameIn } from './knowledge.ts';
import { macrosFor } from './macros.ts';
import { fold } from './text.ts';

export interface Wish {
  kind: 'snippet' | 'article' | 'agent';
  query: string;
  /** What was written before. */
  before: string;
}

/** A colleague being called, in a note. */
export function callOf(text: string): Wish | null {
  const call = /(^|\s)@([\p{L}\d._-]*)$/u.exec(text);
  return call ? wish('agent', call, text) : null;
}

export function agentPicks(agents: readonly Agent[], query: string): Pick[] {
  const wanted = fold(query);
  return agents
    .filter((agent) => fold(`${agent.name} ${agent.key}`).includes(wanted))
    .slice(0, MOST)
    .map((agent) => ({
      key: agent.key,
      head: agent.name,
      text: agent.key,
      insert: `@${agent.key} `,
    }));
}

export function wishOf(text: string): Wish | null {
  const article = /(^|\s)\?\?([^\n?]*)$/.exec(text);
  if (article) return wish('article', article, text);
  const snippet = /(^|\s)\/([\p{L}\d-]*)$/u.exec(text);
  return snippet ? wish('snippet', snippet, text) : null;
}

function wish(kind: Wish['kind'], [, space = '', query = '']: RegExpExecArray, text: string): Wish {
  const mark = kind === 'article' ? 2 : 1;
  const before = text.slice(0, text.length - query.length - mark);
  return { kind, query: query.trim(), before: space === '' ? '' : before };
}

export interface Pick {
  key: string;
  head: string;
  text: string;
  /** What is put in. */
  insert: string;
  /** Shown before it happens, instead of being put in. */
  macro?: string;
}

const MOST = 6;

export function snippetPicks(
  snippets: readonly Snippet[],
  query: string,
  language: string,
  values: Values,
): Pick[] {
  const wanted = fold(query);
  const rank = (one: Snippet) =>
    Number(one.language === language) * 2 + Number(fold(one.shortcut).startsWith(wanted));
  return snippets
    .filter((one) => fold(`${one.shortcut} ${one.text}`).includes(wanted))
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, MOST)
    .map((one) => ({
      key: `${one.shortcut}-${one.language}`,
      head: `/${one.shortcut}`,
      text: one.text,
      insert: fill(one.text, values),
    }));
}

export function macroPicks(macros: readonly Macro[], query: string): Pick[] {
  return macrosFor(macros, query).map((one) => ({
    key: `macro-${one.shortcut}`,
    head: `/${one.shortcut}`,
    text: one.name,
    insert: '',
    macro: one.shortcut,
  }));
}

export function articlePicks(
  articles: readonly Article[],
  query: string,
  language: string,
  locale: string,
): Pick[] {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== '');
  const hits = (article: Article) => {
    const all = fold(
      [article.id, ...Object.values(article.question), ...Object.values(article.answer)].join(' '),
    );
    return words.every((word) => all.includes(word));
  };
  return articles
    .filter(hits)
    .slice(0, MOST)
    .flatMap((article) => {
      const insert = nameIn(article.answer, language);
      const head = nameIn(article.question, locale);
      return insert && head ? [{ key: article.id, head, text: insert, insert }] : [];
    });
}
