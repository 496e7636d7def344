import { expect, test } from 'vitest';
import { summaryOf } from './summary.ts';

const of = (summary: string | null, orders: string[] = []) =>
  summaryOf({ summary, orders, reason: 'sensitive', reasons: ['sensitive', 'sentiment'] });

test('cause and orders go to their places, the last words are the ask', () => {
  const { ask, orders } = of(
    'sensitive · double_billing\nML-2047: 1 × Sirius, 219,00 €, en préparation — 2 captures\n« débitée deux fois »',
    ['ML-2047'],
  );
  expect(ask).toBe('«\u00a0débitée deux fois\u00a0»');
  expect(orders.get('ML-2047')).toBe('1 × Sirius, 219,00 €, en préparation — 2 captures');
});

test('a sentence about the matter stands before a quotation', () => {
  expect(of('sensitive\n« allô ? »\nDemande l’annulation du second débit.').ask).toBe(
    'Demande l’annulation du second débit.',
  );
});

test('free words of an agent are kept whole', () => {
  expect(of('Veut être rappelée.').ask).toBe('Veut être rappelée.');
});

test.each([null, '', 'sensitive', 'sensitive\n« 3 »', 'sentiment · colère'])(
  '%j asks nothing',
  (summary) => {
    expect(of(summary).ask).toBeNull();
  },
);
