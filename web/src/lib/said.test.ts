import { describe, expect, test } from 'vitest';
import { saidOf } from './said.ts';
import { eventOf, messageOf } from './testing.ts';

const says = (...texts: string[]) => texts.map((text) => eventOf({ message: messageOf(text) }));

describe('what the customer told', () => {
  test.each([
    ['Ma carte a été débitée de 219 € le 21 novembre', ['amount', 'date']],
    ['I paid $45.50 on March 3rd', ['amount', 'date']],
    ['me cobraron 30 euros el 3 de marzo', ['amount', 'date']],
    ['paguei 12,50 EUR em 05/11', ['amount', 'date']],
    ['دفعت 100 يورو في 5 نوفمبر', ['amount', 'date']],
    ['écrivez à chloe.martin@example.com', ['email']],
    ['mon numéro : +33 6 39 98 01 07', ['phone']],
    ['06 39 98 01 07', ['phone']],
    ['75011', ['postcode']],
    ['SW1A 1AA', ['postcode']],
    ['la lampe 75011 est cassée', []],
    ['le mars est bon', []],
    ['3', []],
    ['bonjour, @camille', []],
  ])('%s', (text, expected) => {
    expect(saidOf(says(text), [])).toEqual(expected);
  });

  test('orders are those the server knows', () => {
    expect(saidOf([], ['ML-2041'])).toEqual(['order']);
  });

  test('files and voices count, what we wrote does not', () => {
    const events = [
      eventOf({ message: messageOf('', { type: 'image' }) }),
      eventOf({ message: messageOf('', { type: 'audio' }) }),
      eventOf({ by: 'bot', message: messageOf('La livraison coûte 6 €') }),
    ];
    expect(saidOf(events, [])).toEqual(['file', 'voice']);
  });
});
