import { describe, expect, test } from 'vitest';
import {
  firstName,
  fold,
  formatPhone,
  humanise,
  initials,
  keepPrices,
  locate,
  pieces,
  samePhone,
  twoRuns,
} from './text.ts';

describe('initials', () => {
  test.each([
    ['Sandrine Petit', 'SP'],
    ['Jean-Pierre de La Tour', 'JT'],
    ['أمينة الزروالي', 'أا'],
    ['Client 4821', 'C'],
    ['+33 6 39 98 01 07', '07'],
    ['🙂', '?'],
  ])('%s → %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

test('a name with a number is one name', () => {
  expect(firstName('Client 4821')).toBe('Client 4821');
  expect(firstName('  Claire   Dubois ')).toBe('Claire');
});

describe('evidence in a text', () => {
  test('offsets count code points, not UTF-16 units', () => {
    expect(locate('😡 remboursez', { start: 2, end: 12, text: 'remboursez' })).toEqual({
      start: 3,
      end: 13,
    });
  });

  test('a quote whose offsets belong to another text is found by its words', () => {
    expect(locate('je veux un agent', { start: 0, end: 5, text: 'agent' })).toEqual({
      start: 11,
      end: 16,
    });
  });

  test('a quote that is not in the text marks nothing', () => {
    expect(locate('bonjour', { start: 0, end: 3, text: 'agent' })).toBeNull();
    expect(locate('bonjour', { start: 0, end: 0, text: '' })).toBeNull();
  });

  test('the pieces put together are the text, whatever the marks', () => {
    const text = 'Je veux parler à un humain, tout de suite';
    const marks = [
      { start: 20, end: 26, rule: 'keyword', fired: true },
      { start: 8, end: 30, rule: 'sentiment', fired: false },
      { start: 38, end: 400, rule: 'out', fired: true },
      { start: 5, end: 5, rule: 'empty', fired: true },
    ];
    const cut = pieces(text, marks);
    expect(cut.map((piece) => piece.text).join('')).toBe(text);
    expect(cut.filter((piece) => piece.mark).map((piece) => piece.mark?.rule)).toEqual([
      'sentiment',
    ]);
  });

  test('of two marks at one place the rule that fired is shown', () => {
    const cut = pieces('agent', [
      { start: 0, end: 5, rule: 'near', fired: false },
      { start: 0, end: 5, rule: 'winner', fired: true },
    ]);
    expect(cut).toHaveLength(1);
    expect(cut[0]?.mark?.rule).toBe('winner');
  });
});

describe('phone numbers', () => {
  test.each([
    ['+33639980107', '+33 6 39 98 01 07'],
    ['+3363998••07', '+33 6 39 98 •• 07'],
    ['+447700900104', '+44 770 090 0104'],
    ['claire.d', 'claire.d'],
  ])('%s reads %s', (raw, shown) => {
    expect(formatPhone(raw)).toBe(shown);
  });

  test('a masked number is the same person, another is not', () => {
    expect(samePhone('+33 6 39 98 ** 07', '+33639980107')).toBe(true);
    expect(samePhone('+33639980108', '+33639980107')).toBe(false);
    expect(samePhone('', '')).toBe(false);
  });
});

test('searching ignores accents and case', () => {
  expect(fold('Élodie FERRÉ')).toBe('elodie ferre');
});

test('an unknown slug is still readable', () => {
  expect(humanise('double_billing')).toBe('Double billing');
});

test('words that turn round once are parted there', () => {
  expect(twoRuns('قائمة Service client')).toEqual(['قائمة ', 'Service client']);
  expect(twoRuns('File خدمة العملاء 2')).toEqual(['File ', 'خدمة العملاء 2']);
  for (const one of ['', 'الكل', 'Service client 24', '24/7', 'قائمة Service العملاء']) {
    expect(twoRuns(one)).toEqual([one, '']);
  }
});

test('a price stays on its line', () => {
  expect(keepPrices('2 captures de 219 €, 10 % et € 5')).toBe(
    '2 captures de 219\u00a0€, 10\u00a0% et € 5',
  );
});
