import { expect, test } from 'vitest';
import { recordPage } from './processing.ts';

test('a name is text in the record, and every line is there', () => {
  const page = recordPage('fr', 'Registre', 'Au 1er mars', [
    { title: 'Qui', lines: [['<script>alert(1)</script>', 'a & b']] },
    { title: 'Combien de temps', lines: [['Messages', '30 jours']] },
  ]);
  expect(page).not.toContain('<script');
  expect(page).toContain(
    '<th scope="row">&lt;script&gt;alert(1)&lt;/script&gt;</th><td>a &amp; b</td>',
  );
  expect(page).toContain('<td>30 jours</td>');
});
