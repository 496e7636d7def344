// Stands in for the file that `npm run gen:api` writes from docs/openapi.json: same shape, so that
// it can be replaced without touching anything else. Nothing but src/api imports it.

export interface components {
  schemas: {
    Problem: {
      type: string;
      title: string;
      status: number;
      detail?: string | null;
      request_id?: string | null;
      errors?: { pointer: string; detail: string }[] | null;
    };
    Instance: {
      name: string;
      version: string;
      is_claimed: boolean;
      is_demo: boolean;
      languages: string[];
    };
    User: { id: string; login: string; name: string; role: string; agent_key: string | null };
    Session: { user: components['schemas']['User'] };
    Team: {
      key: string;
      name: string;
      tier: number;
      open: boolean;
      available_agents: number;
      queued: number;
    };
    Availability: 'available' | 'busy' | 'away' | 'offline';
    Agent: {
      key: string;
      name: string;
      teams: string[];
      languages: string[];
      availability: components['schemas']['Availability'];
      load: number;
      capacity: number;
    };
    Status: 'bot' | 'queued' | 'human' | 'resolved';
    Person: { key: string; name: string };
    ConversationLine: {
      id: string;
      number: number;
      contact: { id: string; name: string; phone: string };
      status: components['schemas']['Status'];
      assignee: components['schemas']['Person'] | null;
      team: string | null;
      tier: number | null;
      priority: 'normal' | 'high' | 'urgent';
      is_vip: boolean;
      is_deferred: boolean;
      reason: string | null;
      language: string;
      preview: string;
      unread: number;
      last_message_at: string;
      waiting_since: string | null;
      reply_due_at: string | null;
      window_closes_at: string | null;
      is_sample: boolean;
    };
    Evidence: { rule: string; quote: string };
    Handoff: {
      at: string;
      reason: string;
      reasons: string[];
      team: string;
      tier: number;
      evidence: components['schemas']['Evidence'][];
    };
    Conversation: components['schemas']['ConversationLine'] & {
      summary: string | null;
      reasons: string[];
      topic: string | null;
      orders: string[];
      segment: string | null;
      tags: string[];
      escalations: number;
      failures: number;
      csat: number | null;
      csat_comment: string | null;
      linked_previous: string | null;
      bot_active: boolean;
      position: number;
      owner_epoch: number;
      opened_at: string;
      resolved_at: string | null;
      handoff: components['schemas']['Handoff'] | null;
    };
    Delivery:
      | 'queued'
      | 'dispatching'
      | 'accepted'
      | 'sent'
      | 'delivered'
      | 'read'
      | 'refused'
      | 'failed'
      | 'unknown'
      | 'suppressed';
    Button: { title: string; payload?: string | null };
    Message: {
      id: string;
      type: string;
      text: string | null;
      buttons?: components['schemas']['Button'][] | null;
      media?: { kind: string; mime?: string | null; filename?: string | null } | null;
      delivery?: components['schemas']['Delivery'] | null;
      error?: string | null;
    };
    Quote: { start: number; end: number; text: string };
    RuleTrace: {
      rule: string;
      score: number;
      threshold: number;
      fired: boolean;
      quotes: components['schemas']['Quote'][];
    };
    Trace: {
      rules: components['schemas']['RuleTrace'][];
      winner: string | null;
      node: string | null;
    };
    Event: {
      position: number;
      at: string;
      kind: string;
      by: 'customer' | 'bot' | 'agent' | 'system';
      author: string | null;
      message: components['schemas']['Message'] | null;
      sent_at: string | null;
      is_late: boolean;
      note: string | null;
      change: { [key: string]: unknown } | null;
      trace: components['schemas']['Trace'] | null;
    };
    Action: {
      do: 'take' | 'reply' | 'note' | 'transfer' | 'return_to_bot' | 'resolve';
      text?: string;
      team?: string;
      template?: string;
      expected_epoch?: number;
    };
    Count: { status: components['schemas']['Status']; team: string | null; count: number };
    Template: { name: string; language: string; body: string };
    Snippet: { shortcut: string; text: string; language: string };
    Persona: { phone: string; name: string; language: string; note: string | null };
    SimulatorMessage: {
      seq: number;
      at: string;
      by: string;
      direction: 'inbound' | 'outbound';
      type: string;
      text: string | null;
      buttons: components['schemas']['Button'][] | null;
    };
  };
}

type S = components['schemas'];
type Json<T> = { content: { 'application/json': T } };
type Answer<T> = {
  responses: {
    200: Json<T>;
    default: { content: { 'application/problem+json': S['Problem'] } };
  };
};
type Page<T> = { items: T[]; next_cursor: string | number | null };
type NoParams = { query?: never; header?: never; path?: never; cookie?: never };
type Get<T, P = NoParams> = { parameters: P } & Answer<T>;
type Post<B, T, P = NoParams> = { parameters: P; requestBody: Json<B> } & Answer<T>;

export interface paths {
  '/api/v1/instance': { get: Get<S['Instance']> };
  '/api/v1/claim': {
    post: Post<{ token: string; login: string; name: string; password: string }, S['Session']>;
  };
  '/api/v1/session': {
    get: Get<S['Session']>;
    post: Post<{ login: string; password: string }, S['Session']>;
    delete: Get<never>;
  };
  '/api/v1/teams': { get: Get<{ items: S['Team'][] }> };
  '/api/v1/agents': { get: Get<{ items: S['Agent'][] }> };
  '/api/v1/agents/{key}/availability': {
    put: Post<{ availability: S['Availability'] }, unknown, { path: { key: string } }>;
  };
  '/api/v1/conversations': {
    get: Get<
      Page<S['ConversationLine']>,
      {
        query?: {
          status?: string;
          team?: string;
          assignee?: string;
          q?: string;
          cursor?: string;
          limit?: number;
        };
      }
    >;
  };
  '/api/v1/conversations/counts': { get: Get<{ items: S['Count'][] }> };
  '/api/v1/conversations/{id}': { get: Get<S['Conversation'], { path: { id: string } }> };
  '/api/v1/conversations/{id}/events': {
    get: Get<
      Page<S['Event']>,
      { path: { id: string }; query?: { after?: number; limit?: number } }
    >;
  };
  '/api/v1/conversations/{id}/actions': {
    post: Post<
      S['Action'],
      { result: string },
      { path: { id: string }; header?: { 'Idempotency-Key'?: string } }
    >;
  };
  '/api/v1/templates': { get: Get<{ items: S['Template'][] }> };
  '/api/v1/snippets': { get: Get<{ items: S['Snippet'][] }> };
  '/api/v1/simulator/personas': { get: Get<{ items: S['Persona'][] }> };
  '/api/v1/simulator/messages': {
    get: Get<
      { items: S['SimulatorMessage'][] },
      { query: { contact: string; after?: number } }
    >;
    post: Post<
      { from: string; name: string; type: string; text?: string; payload?: string },
      unknown
    >;
  };
}
