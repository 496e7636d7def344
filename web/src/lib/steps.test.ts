import { createTranslator } from 'use-intl';
import { describe, expect, test } from 'vitest';
import en from '../../messages/en.json';
import fr from '../../messages/fr.json';
import type { FlowNode } from '../api/types.ts';
import type { Translate } from './i18n.ts';
import { stepName } from './steps.ts';

const node = (kind: string, more: Partial<FlowNode> = {}): FlowNode => ({
  id: 'ask_order',
  kind,
  text: {},
  options: [],
  detail: null,
  ...more,
});
const name = (locale: 'fr' | 'en', of: FlowNode) =>
  stepName(createTranslator({ locale, messages: { fr, en }[locale] }) as Translate, locale, of);

describe('a step is called', () => {
  test('by the first words it says, in the language of the reader', () => {
    const text = {
      fr: 'Bonjour ! Quel est votre numéro de commande ? Il commence par ML.',
      en: 'What is your order number?',
    };
    expect(name('fr', node('ask', { text }))).toBe('Quel est votre numéro de commande ?');
    expect(name('en', node('ask', { text }))).toBe('What is your order number?');
    expect(
      name('fr', node('topics', { text: { fr: 'Quel thème ? 1 Livraison · 2 Retours' } })),
    ).toBe('Quel thème ?');
    expect(name('fr', node('say', { text: { en: 'Thanks!' } }))).toBe('Thanks!');
  });

  test('by what it does where it says nothing', () => {
    expect(name('en', node('lookup_order'))).toBe('Look the order up');
    expect(name('en', node('escalate', { detail: 'sentiment' }))).toBe('Hand-off: anger');
    expect(name('fr', node('escalate', { detail: 'manual' }))).toMatch(/^Relais\s: choix du menu$/);
    expect(name('en', node('brand_new'))).toBe('Brand new');
  });
});
