// A small, lively inbox for pictures.
/** What each customer writes, in order; the assistant answers each before the next. */
export const TALKS: { phone: string; name: string; says: string[] }[] = [
  { phone: '+33639981201', name: 'Maud Vasseur', says: ['bonjour'] },
  { phone: '+33639981202', name: 'Thomas Leroy', says: ['quels sont les frais de livraison ?'] },
  { phone: '+33639981203', name: 'Beatriz Carvalho', says: ['olá', 'quero falar com uma pessoa'] },
  { phone: '+33639981204', name: 'Paul Garnier', says: ['bonjour', 'je veux un remboursement'] },
  {
    phone: '+33639981205',
    name: 'أمينة الزروالي',
    says: ['مرحبا', 'أريد التحدث مع موظف'],
  },
  {
    phone: '+33639981206',
    name: 'Rohan Mehta',
    says: ['hello', 'this is unacceptable, I am furious, nobody answers'],
  },
  {
    phone: '+33639981207',
    name: 'Sandrine Petit',
    says: [
      'bonjour',
      'combien de temps pour un retour ?',
      'Ma carte a été débitée deux fois de 219 €, ce n’est pas normal.',
      'Vous pouvez annuler le second ?',
    ],
  },
  {
    phone: '+33639981208',
    name: 'Julien Morel',
    says: ['ma lampe fait des étincelles et sent le brûlé'],
  },
  { phone: '+33639981209', name: 'Gaëlle Tanguy', says: ['faites-vous des cours de poterie ?'] },
  { phone: '+33639981210', name: 'Claire Dubois', says: ['bonjour', '1', 'ML-2041', '3'] },
];
