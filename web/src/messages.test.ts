import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import ar from '../messages/ar.json';
import en from '../messages/en.json';
import es from '../messages/es.json';
import fr from '../messages/fr.json';
import pt from '../messages/pt.json';
import settingsAr from '../messages/settings/ar.json';
import settingsEn from '../messages/settings/en.json';
import settingsEs from '../messages/settings/es.json';
import settingsFr from '../messages/settings/fr.json';
import settingsPt from '../messages/settings/pt.json';

interface Tree {
  [key: string]: string | Tree;
}

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(prefix + key, value);
    else for (const [name, text] of flat(value, `${prefix}${key}.`)) out.set(name, text);
  }
  return out;
}

/** The names a message asks for, plural and select branches included. */
function placeholders(text: string): string[] {
  const names = [...text.matchAll(/\{\s*(\w+)\s*[,}]/g)].map((match) => match[1] ?? '');
  // The last words of a branch such as `one {fois}` look alike: those follow a keyword.
  const branches = new Set(
    [...text.matchAll(/(?:zero|one|two|few|many|other|=\d+)\s*\{(\w+)\}/g)].map((m) => m[1]),
  );
  return [...new Set(names)].filter((name) => !branches.has(name)).sort();
}

const words = {
  fr: flat({ ...fr, ...settingsFr }),
  en: flat({ ...en, ...settingsEn }),
  es: flat({ ...es, ...settingsEs }),
  pt: flat({ ...pt, ...settingsPt }),
  ar: flat({ ...ar, ...settingsAr }),
};

/** What those who work in Spanish, Portuguese or Arabic read in English: no page of every agent. */
const IN_ENGLISH = [
  'flow',
  'knowledge',
  'lab',
  'live',
  'ops',
  'quality',
  'reports',
  ...[
    'accesses',
    'act',
    'audit',
    'channels',
    'company',
    'costs',
    'country',
    'doctor',
    'event',
    'fate',
    'forms',
    'hooks',
    'hours',
    'macros',
    'notify',
    'people',
    'privacy',
    'retention',
    'roleHelp',
    'scope',
    'sla',
    'snippets',
    'sso',
    'tags',
    'teams',
    'templates',
    'tokens',
  ].map((page) => `settings.${page}`),
  'setup',
  'sim',
  'triggers',
  'welcome',
];

test('French and English say the same things', () => {
  expect([...words.en.keys()].sort()).toEqual([...words.fr.keys()].sort());
});

describe.each(['es', 'pt', 'ar'] as const)('%s', (language) => {
  const missing = [...words.en.keys()].filter((key) => !words[language].has(key));

  test('says everything of the inbox, and nothing that is not asked for', () => {
    const groups = new Set(
      missing.map((key) => key.split('.', key.startsWith('settings.') ? 2 : 1).join('.')),
    );
    expect([...groups].sort()).toEqual(IN_ENGLISH);
    expect([...words[language].keys()].filter((key) => !words.en.has(key))).toEqual([]);
  });
});

describe.each(Object.keys(words) as (keyof typeof words)[])('%s', (language) => {
  test('asks for the same values in every message', () => {
    const wrong = [...words[language]].filter(
      ([key, text]) => placeholders(text).join() !== placeholders(words.en.get(key) ?? '').join(),
    );
    expect(wrong).toEqual([]);
  });

  test('has every plural form its numbers ask for', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const bare = [...words[language]].filter(
      ([, text]) =>
        text.includes(' one {') &&
        // Many and zero differ from the others in no message here.
        forms.some((form) => !/many|zero/.test(form) && !text.includes(` ${form} {`)),
    );
    expect(bare).toEqual([]);
  });

  test('leaves no message empty, double-spaced or untrimmed', () => {
    const bad = [...words[language]].filter(([, text]) => /^\s*$|^\s|\s$| {2}/.test(text));
    expect(bad).toEqual([]);
  });
});

test('no line of French begins with a mark that stands behind a space', () => {
  expect([...words.fr].filter(([, text]) => /\S [:;?!»]|« /.test(text))).toEqual([]);
});

describe('the source', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
  const source = files.join('\n');
  const literal = new Set(
    [...source.matchAll(/\bt(?:\.has)?\(\s*'([\w.]+)'/g)].map((match) => match[1] ?? ''),
  );
  // Both branches of a choice inside one call, and tables of keys.
  for (const [, key] of source.matchAll(/'((?:\w+\.)+\w+)'/g)) {
    if (key && words.fr.has(key)) literal.add(key);
  }
  const prefixes = [...source.matchAll(/`([\w.]+[.\w])\$\{/g)].map((match) => match[1] ?? '');
  const groups = [...source.matchAll(/\bword\('(\w+)'/g)].map((match) => `${match[1]}.`);

  test('asks for no message that does not exist', () => {
    expect([...literal].filter((key) => !words.fr.has(key))).toEqual([]);
  });

  test('uses every message', () => {
    const open = [...prefixes, ...groups];
    const unused = [...words.fr.keys()].filter(
      (key) => !literal.has(key) && !open.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
});
