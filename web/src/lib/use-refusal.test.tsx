import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'use-intl';
import { expect, test } from 'vitest';
import en from '../../messages/en.json';
import fr from '../../messages/fr.json';
import { ApiError } from '../api/client.ts';
import { useRefusal } from './use-refusal.ts';

const problem = (status: number, slug: string, fields: ApiError['fields'] = []) =>
  new ApiError(status, slug, 'A title', 'a detail', 'r1', fields);

function Said({ error }: { error: unknown }) {
  return <>{useRefusal()(error)}</>;
}

/** With plain spaces, whatever keeps words together. */
function said(error: unknown, language: 'fr' | 'en') {
  const html = renderToStaticMarkup(
    <IntlProvider locale={language} messages={{ fr, en }[language]}>
      <Said error={error} />
    </IntlProvider>,
  );
  return html.replaceAll(/\s/g, ' ');
}

test('a word of the API is said in the language of the page', () => {
  expect(said(problem(409, 'too_many_views'), 'fr')).toBe(
    'Trop de vues gardées : retirez-en une d’abord.',
  );
});

test('what nobody translated is quoted, with the number of the request', () => {
  expect(said(problem(409, 'odd'), 'fr')).toBe('Le serveur refuse : « a detail » (req r1)');
  expect(said(problem(409, 'odd'), 'en')).toBe('a detail (req r1)');
});

test('where fields are at fault, what is wrong with them stands behind', () => {
  const fields = [
    { pointer: '/teams/0/name', code: 'length', least: 1, most: 1200, detail: 'English' },
    { pointer: '/odd', code: 'missing', detail: 'English' },
  ];
  expect(said(problem(422, 'invalid', fields), 'en')).toBe(
    'This cannot be accepted as it is. Name: must have 1 to 1,200 characters · is missing',
  );
  expect(said(problem(422, 'invalid', fields), 'fr')).toMatch(
    /Nom : doit avoir de 1 à 1 200 caractères · manque$/,
  );
});

test('what is wrong with the files says of which part, in the language of the page', () => {
  const fields = [
    { pointer: '/macros/bonjour/tags', code: 'too_many', most: 10, detail: 'English' },
    { pointer: '/teams/support/ladder', code: 'range', least: 1, most: 1440, detail: 'English' },
    { pointer: '/flow/menu', code: 'dead_end', detail: 'English' },
  ];
  const told = said(problem(422, 'invalid', fields), 'fr');
  expect(told).toMatch(
    /Macro bonjour · Étiquettes : en contient 10 au plus · Équipe support · Rappels : doit/,
  );
  expect(told).toMatch(/Parcours menu : a une issue qui ne mène nulle part$/);
});

test('a field of which only the API knows what is wrong is quoted with the number of the request', () => {
  const fields = [{ pointer: '/name', code: 'other', detail: 'is odd' }];
  expect(said(problem(422, 'invalid', fields), 'fr')).toMatch(/Nom : is odd \(req r1\)$/);
});

test('a server that fails says so, not how', () => {
  expect(said(problem(500, 'internal'), 'fr')).toBe('Le serveur a rencontré une erreur (req r1)');
  expect(said(problem(0, 'offline'), 'fr')).toBe('Le serveur ne répond pas');
});
