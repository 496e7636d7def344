import { describe, expect, test } from 'vitest';
import { faultOf, fill, firstGap, partsOf, templateParts, templatesFor } from './canned.ts';

describe('variables of a ready text', () => {
  test('known ones are filled, the fall-back stands in, the rest stays to be seen', () => {
    const text = 'Bonjour {name}, {order:votre commande} : {amount}.';
    expect(fill(text, { name: 'Claire', order: undefined })).toBe(
      'Bonjour Claire, votre commande : {amount}.',
    );
  });

  test('a value is data, whatever it contains', () => {
    expect(fill('{name} {order}', { name: '{order}', order: 'ML-1' })).toBe('{order} ML-1');
  });

  test('the parts put together are the text', () => {
    const parts = partsOf('a {x} b {y:z}', { x: '1' });
    expect(parts.map((part) => part.text)).toEqual(['a ', '1', ' b ', 'z']);
    expect(parts.map((part) => part.variable?.isKnown)).toEqual([undefined, true, undefined, true]);
  });

  test('the first gap is found, each time it is looked for', () => {
    const text = 'Le remboursement de {amount} est lancé.';
    for (let i = 0; i < 3; i += 1) {
      expect(firstGap(text)).toEqual({ start: 20, end: 28, name: 'amount' });
    }
    expect(firstGap('rien à { remplir }')).toBeNull();
  });
});

describe('templates', () => {
  test.each([
    ['lundi', null],
    ['a   b', null],
    ['', null],
    ['a    b', 'valueLayout'],
    ['a\tb', 'valueLayout'],
    ['a\nb', 'valueLayout'],
    ['😀'.repeat(200), null],
    ['x'.repeat(201), 'valueLong'],
  ])('of %j WhatsApp would say %s', (value, fault) => {
    expect(faultOf(value)).toBe(fault);
  });

  test('whatever stands in braces is a place', () => {
    const parts = templateParts('{1} {Jour} {x:y}', { 1: 'un' });
    expect(parts.map((part) => part.text).join('')).toBe('un {Jour} y');
  });

  const all = ['fr', 'en', 'ar'].map((language) => ({
    name: 'rappel',
    language,
    body: language,
    places: [],
  }));

  test.each([
    ['ar', 'ar'],
    ['pt', 'fr'],
  ])('a customer of %s gets it in %s, once', (language, expected) => {
    expect(templatesFor(all, language, 'fr').map((one) => one.language)).toEqual([expected]);
  });

  test('one that exists in neither language is still offered', () => {
    const spanish = [{ name: 'x', language: 'es', body: '', places: [] }];
    expect(templatesFor(spanish, 'ar', 'fr')).toHaveLength(1);
  });
});
