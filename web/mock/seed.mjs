// Sample conversations of the demo shop, for screenshots and development.
import { randomUUID } from 'node:crypto';

export const TEAMS = [
  { key: 'general', name: 'Service client', tier: 2, open: true, available_agents: 3, queued: 0 },
  { key: 'billing', name: 'Facturation', tier: 2, open: true, available_agents: 2, queued: 0 },
  {
    key: 'technical',
    name: 'Support technique',
    tier: 3,
    open: true,
    available_agents: 1,
    queued: 0,
  },
  { key: 'vip', name: 'Cercle Lumière', tier: 3, open: false, available_agents: 0, queued: 0 },
];
export const AGENTS = [
  {
    key: 'camille',
    name: 'Camille Roy',
    teams: ['general', 'billing'],
    languages: ['fr', 'en'],
    availability: 'available',
    load: 3,
    capacity: 4,
  },
  {
    key: 'marc',
    name: 'Marc Delattre',
    teams: ['billing'],
    languages: ['fr'],
    availability: 'available',
    load: 1,
    capacity: 4,
  },
  {
    key: 'nadia',
    name: 'Nadia Ferrand',
    teams: ['general'],
    languages: ['fr', 'en'],
    availability: 'busy',
    load: 2,
    capacity: 4,
  },
];
export const PERSONAS = [
  {
    phone: '+33639980101',
    name: 'Claire Dubois',
    language: 'fr',
    note: 'commande ML-2041, expédiée',
  },
  {
    phone: '+447700900104',
    name: 'James Whitfield',
    language: 'en',
    note: 'commande ML-2044, retardée',
  },
  {
    phone: '+33639980103',
    name: 'Amina Zerouali',
    language: 'ar',
    note: 'commande ML-2043, en livraison',
  },
  { phone: '+33639980108', name: 'Hélène Marchetti', language: 'fr', note: 'Cercle Lumière' },
];
export const TEMPLATES = [
  {
    name: 'reprise_contact',
    language: 'fr',
    body: 'Bonjour {name}, nous avons une réponse au sujet de {order}. Répondez à ce message pour continuer.',
  },
  {
    name: 'enquete_csat',
    language: 'fr',
    body: 'Bonjour {name}, comment notez-vous notre aide, de 1 à 5 ?',
  },
];
export const SNIPPETS = [
  {
    shortcut: 'double',
    language: 'fr',
    text: 'Je vois deux débits sur la commande {order}. J’annule le second, il disparaît de votre relevé sous 3 à 5 jours ouvrés.',
  },
  { shortcut: 'sav', language: 'fr', text: 'Nous vous envoyons la pièce sous 72 h, sans frais.' },
  {
    shortcut: 'retard',
    language: 'fr',
    text: 'Votre colis {order} est chez le transporteur, il arrive demain.',
  },
];

const MIN = 60_000;
const HOUR = 60 * MIN;

export function seed(position) {
  const base = Date.now();
  const ago = (ms) => new Date(base - ms).toISOString();
  let number = 1800;
  const make = (name, phone, patch, build) => {
    const one = {
      id: randomUUID(),
      number: ++number,
      contact: { id: randomUUID(), name, phone },
      status: 'bot',
      assignee: null,
      team: null,
      tier: 1,
      priority: 'normal',
      is_vip: false,
      is_deferred: false,
      reason: null,
      language: 'fr',
      preview: '',
      unread: 0,
      last_message_at: ago(HOUR),
      waiting_since: null,
      reply_due_at: null,
      window_closes_at: new Date(base + 23 * HOUR + 50 * MIN).toISOString(),
      is_sample: true,
      summary: null,
      reasons: [],
      topic: null,
      orders: [],
      segment: 'standard',
      tags: [],
      escalations: 0,
      failures: 0,
      csat: null,
      csat_comment: null,
      linked_previous: null,
      bot_active: true,
      position: 0,
      owner_epoch: 1,
      opened_at: ago(2 * HOUR),
      resolved_at: null,
      handoff: null,
      events: [],
      ...patch,
    };
    const event = (ms, kind, by, extra = {}) => {
      one.events.push({
        position: position(),
        at: ago(ms),
        kind,
        by,
        author: null,
        message: null,
        sent_at: null,
        is_late: false,
        note: null,
        change: null,
        trace: null,
        ...extra,
      });
      one.position = one.events.at(-1).position;
    };
    const msg = (ms, by, text, extra = {}) => {
      const { delivery, error, buttons, type, media, ...rest } = extra;
      event(ms, by === 'customer' ? 'message_received' : 'message_sent', by, {
        message: {
          id: randomUUID(),
          type: type ?? 'text',
          text,
          buttons: buttons ?? null,
          media: media ?? null,
          delivery: by === 'customer' ? null : (delivery ?? 'read'),
          error: error ?? null,
        },
        ...rest,
      });
      if (text)
        one.preview =
          by === 'customer'
            ? text
            : `${rest.author ? rest.author.split(' ')[0] : 'Assistant'} : ${text}`;
      one.last_message_at = ago(ms);
    };
    event(2 * HOUR, 'opened', 'system');
    build(event, msg, one);
    return one;
  };
  const quoted = (rule, text, word, score = 0.94) => {
    const start = [...text.slice(0, text.indexOf(word))].length;
    return {
      rule,
      score,
      threshold: 0.5,
      fired: true,
      quotes: [{ start, end: start + [...word].length, text: word }],
    };
  };
  const quiet = (rule, score = 0) => ({ rule, score, threshold: 0.5, fired: false, quotes: [] });
  const MENU =
    'Bonjour ! Bienvenue chez Maison Lumière 💡 Répondez 1 pour le suivi de votre commande, 2 pour la FAQ ou 3 pour parler à un agent.';
  const BUTTONS = [
    { title: 'Suivre ma commande', payload: '1' },
    { title: 'FAQ', payload: '2' },
    { title: 'Parler à un agent', payload: '3' },
  ];
  const handoff = (ms, reason, team, tier, evidence) => ({
    at: ago(ms),
    reason,
    reasons: [reason],
    team,
    tier,
    evidence,
  });
  const me = { key: 'camille', name: 'Camille Roy' };
  const marc = { key: 'marc', name: 'Marc Delattre' };
  const CHARGED = 'Ma carte a été débitée deux fois de 219 € pour la ML-2047, ce n’est pas normal.';
  const BROKEN = 'Elle est arrivée cassée, je veux être remboursé';
  const list = [
    make(
      'Sandrine Petit',
      '+33639980107',
      {
        status: 'human',
        assignee: me,
        team: 'billing',
        tier: 2,
        priority: 'high',
        reason: 'sensitive',
        reasons: ['sensitive'],
        topic: 'double_billing',
        orders: ['ML-2047'],
        summary: 'Annuler le second débit de 219,00 € sur ML-2047.',
        escalations: 1,
        waiting_since: ago(3 * MIN),
        reply_due_at: new Date(base + 12 * MIN).toISOString(),
        csat: null,
        handoff: handoff(14 * MIN, 'sensitive', 'billing', 2, [
          { rule: 'sensitive:double_billing', quote: 'débitée deux fois' },
        ]),
      },
      (event, msg) => {
        msg(17 * MIN, 'customer', 'Bonjour');
        msg(17 * MIN, 'bot', MENU, {
          buttons: BUTTONS,
          trace: { rules: [quiet('keyword'), quiet('sentiment')], winner: null, node: 'welcome' },
        });
        msg(16 * MIN, 'customer', 'Où en est la ML-2047 ?');
        msg(
          16 * MIN,
          'bot',
          'Commande ML-2047 : en préparation. Livraison le 26 novembre. Pour une personne, répondez 3.',
          { trace: { rules: [quiet('keyword', 0.1)], winner: null, node: 'order_status' } },
        );
        msg(14 * MIN, 'customer', CHARGED);
        event(14 * MIN, 'escalated', 'bot', {
          change: { reason: 'sensitive', topic: 'double_billing', team: 'billing', tier: 2 },
          trace: {
            rules: [
              quiet('emergency'),
              quiet('keyword', 0.08),
              quoted('sensitive:double_billing', CHARGED, 'débitée deux fois'),
              {
                ...quiet('sentiment', 0.42),
                quotes: [{ start: 65, end: 81, text: 'ce n’est pas normal' }],
              },
              quiet('failures'),
            ],
            winner: 'sensitive:double_billing',
            node: 'menu',
          },
        });
        msg(
          14 * MIN,
          'bot',
          'Je vous transfère à un agent du support qui pourra vous aider davantage. Veuillez patienter un instant (environ 4 min).',
        );
        msg(12 * MIN, 'customer', 'Vous pouvez annuler le second ?');
        event(10 * MIN, 'taken', 'agent', { author: me.name, change: { agent: me } });
        msg(
          9 * MIN,
          'agent',
          'Bonjour Sandrine, Camille du service client Maison Lumière. J’ai lu votre échange avec l’assistant, inutile de tout répéter.',
          { author: me.name },
        );
        event(7 * MIN, 'note_added', 'agent', {
          author: me.name,
          note: '@Marc je vois bien deux captures de 219,00 € le 21. Tu annules la seconde côté banque ?',
        });
        msg(3 * MIN, 'customer', 'Le 21, il y a deux lignes de 219 €.');
      },
    ),
    make(
      'Beatriz Carvalho',
      '+351900000110',
      {
        status: 'queued',
        team: 'billing',
        tier: 2,
        reason: 'keyword',
        reasons: ['keyword'],
        language: 'pt',
        orders: ['ML-2050'],
        unread: 1,
        summary: 'Savoir si son retour ML-2050 est reçu.',
        escalations: 1,
        waiting_since: ago(18 * MIN),
        reply_due_at: ago(3 * MIN),
        handoff: handoff(18 * MIN, 'keyword', 'billing', 2, [
          { rule: 'keyword', quote: 'atendente' },
        ]),
      },
      (event, msg) => {
        msg(19 * MIN, 'customer', 'Quero falar com um atendente');
        event(18 * MIN, 'escalated', 'bot', {
          change: { reason: 'keyword', team: 'billing', tier: 2 },
          trace: {
            rules: [quoted('keyword', 'Quero falar com um atendente', 'atendente', 1)],
            winner: 'keyword',
            node: 'welcome',
          },
        });
        msg(
          18 * MIN,
          'bot',
          'Vou transferir para um agente. Aguarde um momento, por favor (cerca de 5 min).',
        );
        msg(11 * MIN, 'customer', 'Já receberam a minha devolução?');
      },
    ),
    make(
      'Hélène Marchetti',
      '+33639980108',
      {
        status: 'queued',
        team: 'vip',
        tier: 3,
        priority: 'urgent',
        reason: 'vip',
        reasons: ['vip', 'failures'],
        is_vip: true,
        segment: 'vip',
        orders: ['ML-2048'],
        unread: 2,
        escalations: 1,
        failures: 1,
        summary: 'Une suspension sur quatre est fêlée, veut un échange avant vendredi.',
        waiting_since: ago(100_000),
        reply_due_at: new Date(base + 10_000).toISOString(),
        handoff: handoff(100_000, 'vip', 'vip', 3, [{ rule: 'vip', quote: 'fêlée' }]),
      },
      (event, msg) => {
        msg(3 * MIN, 'customer', 'Bonjour, ma livraison est là');
        msg(3 * MIN, 'bot', MENU, { buttons: BUTTONS });
        msg(110_000, 'customer', 'Une des quatre suspensions est fêlée…');
        event(100_000, 'escalated', 'bot', {
          change: { reason: 'vip', team: 'vip', tier: 3 },
          trace: {
            rules: [
              quoted('vip', 'Une des quatre suspensions est fêlée…', 'fêlée', 0.7),
              quiet('failures', 0.4),
            ],
            winner: 'vip',
            node: 'faq',
          },
        });
        msg(60_000, 'customer', 'Une des quatre suspensions est fêlée…');
      },
    ),
    make(
      'Paul Garnier',
      '+33639980112',
      {
        status: 'human',
        assignee: me,
        team: 'billing',
        tier: 2,
        reason: 'sensitive',
        topic: 'refund',
        reasons: ['sensitive'],
        waiting_since: ago(10 * MIN),
        reply_due_at: new Date(base + 5 * MIN).toISOString(),
        summary: 'Remboursement de ML-2052 pas encore visible.',
        orders: ['ML-2052'],
        escalations: 1,
        handoff: handoff(40 * MIN, 'sensitive', 'billing', 2, [
          { rule: 'sensitive:refund', quote: 'remboursement' },
        ]),
      },
      (event, msg) => {
        msg(41 * MIN, 'customer', 'Où est mon remboursement ?');
        event(40 * MIN, 'escalated', 'bot', {
          change: { reason: 'sensitive', topic: 'refund', team: 'billing', tier: 2 },
          trace: {
            rules: [quoted('sensitive:refund', 'Où est mon remboursement ?', 'remboursement')],
            winner: 'sensitive:refund',
            node: 'welcome',
          },
        });
        msg(40 * MIN, 'bot', 'Je vous transfère à un agent du support (environ 6 min).');
        event(34 * MIN, 'taken', 'agent', { author: me.name, change: { agent: me } });
        msg(33 * MIN, 'agent', 'Bonjour Paul, le virement est parti lundi.', { author: me.name });
        msg(5 * MIN, 'customer', 'Le virement n’apparaît toujours pas', {
          is_late: true,
          sent_at: ago(52 * MIN),
        });
      },
    ),
    make(
      'Julien Morel',
      '+33639980106',
      {
        status: 'human',
        assignee: me,
        team: 'billing',
        tier: 2,
        reason: 'sensitive',
        topic: 'refund',
        reasons: ['sensitive', 'sentiment'],
        orders: ['ML-2046'],
        escalations: 1,
        window_closes_at: ago(2 * MIN),
        summary: 'Remplacer ou rembourser une applique Brume arrivée cassée.',
        handoff: handoff(26 * HOUR, 'sensitive', 'billing', 2, [
          { rule: 'sensitive:refund', quote: 'remboursé' },
        ]),
        linked_previous: null,
      },
      (event, msg) => {
        msg(26 * HOUR, 'customer', 'Bonjour, j’ai reçu mes deux appliques Brume');
        msg(26 * HOUR, 'bot', MENU, {
          buttons: BUTTONS,
          trace: { rules: [quiet('keyword')], winner: null, node: 'welcome' },
        });
        msg(26 * HOUR - 2 * MIN, 'customer', BROKEN);
        event(26 * HOUR - 2 * MIN, 'escalated', 'bot', {
          change: { reason: 'sensitive', topic: 'refund', team: 'billing', tier: 2 },
          trace: {
            rules: [
              quiet('emergency'),
              quiet('keyword', 0.08),
              quoted('sensitive:refund', BROKEN, 'remboursé'),
              { ...quiet('sentiment', 0.42), quotes: [{ start: 17, end: 23, text: 'cassée' }] },
              quiet('failures', 0.33),
            ],
            winner: 'sensitive:refund',
            node: 'menu',
          },
        });
        msg(
          26 * HOUR - 12 * MIN,
          'bot',
          'Votre demande est toujours dans la file, un agent arrive. Tapez « menu » pour revenir à l’assistant.',
        );
        event(26 * HOUR - 13 * MIN, 'taken', 'agent', { author: me.name, change: { agent: me } });
        msg(
          26 * HOUR - 14 * MIN,
          'agent',
          'Bonjour Julien, j’ai lu votre échange avec l’assistant. Pouvez-vous m’envoyer une photo de l’article ?',
          { author: me.name },
        );
        msg(24 * HOUR + 2 * MIN, 'customer', 'Voici la photo, le socle est cassé net', {
          type: 'image',
          media: { kind: 'image', mime: 'image/jpeg', filename: null },
        });
        msg(23 * HOUR, 'agent', 'Merci, je regarde avec l’atelier.', { author: me.name });
        msg(MIN, 'agent', 'L’atelier confirme : nous réexpédions une applique neuve aujourd’hui.', {
          author: me.name,
          delivery: 'refused',
          error: 'La fenêtre de 24 h s’est fermée.',
        });
      },
    ),
    make(
      'Lucía Ortega',
      '+34600000105',
      {
        status: 'human',
        assignee: marc,
        team: 'billing',
        tier: 2,
        reason: 'keyword',
        reasons: ['keyword'],
        language: 'es',
        escalations: 1,
        handoff: handoff(60 * MIN, 'keyword', 'billing', 2, [
          { rule: 'keyword', quote: 'reembolso' },
        ]),
      },
      (event, msg) => {
        msg(61 * MIN, 'customer', 'Quiero un reembolso');
        event(60 * MIN, 'escalated', 'bot', {
          change: { reason: 'keyword', team: 'billing', tier: 2 },
          trace: {
            rules: [quoted('keyword', 'Quiero un reembolso', 'reembolso', 1)],
            winner: 'keyword',
            node: 'welcome',
          },
        });
        event(50 * MIN, 'taken', 'agent', { author: marc.name, change: { agent: marc } });
        msg(45 * MIN, 'agent', 'Hecho, el reembolso llega en 3 a 5 días.', { author: marc.name });
        msg(30 * MIN, 'customer', 'Gracias, espero el reembolso');
      },
    ),
    make(
      'Amina Zerouali',
      '+33639980103',
      {
        status: 'queued',
        team: 'general',
        tier: 2,
        reason: 'keyword',
        reasons: ['keyword'],
        language: 'ar',
        orders: ['ML-2043'],
        unread: 1,
        escalations: 1,
        summary: 'تريد معرفة ساعة توصيل الطلب ML-2043 والتحدث بالعربية.',
        waiting_since: ago(4 * MIN),
        reply_due_at: new Date(base + 11 * MIN).toISOString(),
        handoff: handoff(4 * MIN, 'keyword', 'general', 2, [{ rule: 'keyword', quote: 'موظف' }]),
      },
      (event, msg) => {
        msg(6 * MIN, 'customer', 'أين طلبي ML-2043 من فضلكم؟');
        msg(6 * MIN, 'bot', 'الطلب ML-2043: قيد التوصيل. رقم التتبع NX48119877');
        msg(4 * MIN, 'customer', 'أريد التحدث مع موظف يتكلم العربية');
        event(4 * MIN, 'escalated', 'bot', {
          change: { reason: 'keyword', team: 'general', tier: 2 },
          trace: {
            rules: [quoted('keyword', 'أريد التحدث مع موظف يتكلم العربية', 'موظف', 1)],
            winner: 'keyword',
            node: 'order_status',
          },
        });
        msg(
          4 * MIN,
          'bot',
          'سأحوّلك إلى موظف يمكنه مساعدتك أكثر. يرجى الانتظار لحظة (حوالي 2 دقيقة).',
        );
        msg(2 * MIN, 'customer', 'متى يصل الطلب؟ أنا في البيت حتى 18:00');
      },
    ),
    ...[
      ['Rohan Mehta', '+33639980109', 'hi', 'Pickup point kab tak khula hai?'],
      ['Thomas Leroy', '+33639980102', 'fr', 'Où en est la ML-2042 ?'],
      ['James Whitfield', '+447700900104', 'en', 'Is the customs fee included?'],
      ['Nicolas Garcin', '+33639980115', 'fr', 'Combien coûte la livraison ?'],
      ['Maud Vasseur', '+33639980116', 'fr', 'Mon ampoule clignote'],
    ].map(([name, phone, language, text], i) =>
      make(name, phone, { language }, (_event, msg) => {
        msg((31 + i * 9) * MIN, 'customer', text);
        msg((31 + i * 9) * MIN, 'bot', MENU, {
          buttons: BUTTONS,
          trace: { rules: [quiet('keyword')], winner: null, node: 'welcome' },
        });
      }),
    ),
    make(
      'Claire Dubois',
      '+33639980101',
      {
        status: 'resolved',
        assignee: marc,
        team: 'general',
        tier: 2,
        reason: 'manual',
        reasons: ['manual'],
        csat: 5,
        csat_comment: 'Rapide et gentil',
        resolved_at: ago(5 * HOUR),
        escalations: 1,
      },
      (event, msg) => {
        msg(6 * HOUR, 'customer', '3');
        event(6 * HOUR, 'escalated', 'bot', {
          change: { reason: 'manual', team: 'general', tier: 2 },
        });
        event(6 * HOUR - 2 * MIN, 'taken', 'agent', { author: marc.name, change: { agent: marc } });
        msg(6 * HOUR - 3 * MIN, 'agent', 'Bonjour Claire, votre lampe arrive demain.', {
          author: marc.name,
        });
        event(5 * HOUR, 'resolved', 'agent', { author: marc.name });
        event(5 * HOUR - MIN, 'rated', 'customer', {
          change: { score: 5, comment: 'Rapide et gentil' },
        });
      },
    ),
  ];
  return list;
}
