// The one way to the server. Every failure becomes an ApiError with what the screen must say.
import type { Client } from 'openapi-fetch';
import type { paths } from './schema.ts';
import type { Problem } from './types.ts';

interface Init {
  params?: {
    path?: Record<string, string | number>;
    query?: Record<string, string | number | boolean | undefined>;
    header?: Record<string, string | undefined>;
  };
  body?: unknown;
  signal?: AbortSignal;
  /** Goes out even if the page is closed meanwhile. */
  keepalive?: boolean;
}

async function send(method: string, template: string, init: Init = {}) {
  const { path = {}, query = {}, header = {} } = init.params ?? {};
  const address = template.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(String(path[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const headers = new Headers({ accept: 'application/json' });
  for (const [name, value] of Object.entries(header)) if (value) headers.set(name, value);
  const isFile = init.body instanceof Blob;
  if (method !== 'GET') {
    headers.set('content-type', isFile ? 'application/octet-stream' : 'application/json');
  }
  const response = await fetch(search.size > 0 ? `${address}?${search}` : address, {
    method,
    headers,
    credentials: 'same-origin',
    ...(init.body === undefined
      ? {}
      : { body: init.body instanceof Blob ? init.body : JSON.stringify(init.body) }),
    ...(init.signal ? { signal: init.signal } : {}),
    ...(init.keepalive ? { keepalive: true } : {}),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const content: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  return response.ok ? { data: content, response } : { error: content, response };
}

const method = (name: string) => (template: string, init?: Init) => send(name, template, init);

/**
 * Typed by our OpenAPI file exactly as openapi-fetch types it; its run-time, of which we need a
 * fifth, would not fit in the budget of the shell.
 */
export const api = {
  GET: method('GET'),
  POST: method('POST'),
  PUT: method('PUT'),
  DELETE: method('DELETE'),
  PATCH: method('PATCH'),
} as unknown as Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'>;

interface Fault {
  pointer: string;
  /** A stable word such as `missing`; `other` has the detail only. */
  code: string;
  least?: number | null;
  most?: number | null;
  /** In English. */
  detail: string;
}

export class ApiError extends Error {
  readonly status: number;
  /** Last part of the problem's type: a stable word such as `already_taken`. */
  readonly slug: string;
  readonly detail: string;
  readonly requestId: string | null;
  /** What of the request was at fault. */
  readonly fields: readonly Fault[];

  constructor(
    status: number,
    slug: string,
    title: string,
    detail: string,
    requestId: string | null,
    fields: readonly Fault[] = [],
  ) {
    super(title);
    this.status = status;
    this.slug = slug;
    this.detail = detail;
    this.requestId = requestId;
    this.fields = fields;
  }

  /** Asked again later, the answer may be another one. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The request did not reach the server, or no answer came back. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ApiError(-1, 'unexpected', text, '', null);
}

function slugOf(problem: Partial<Problem>): string {
  const type = problem.type ?? '';
  return type.split(/[/#:]/).pop() || 'unexpected';
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Unwraps an answer; throws ApiError for a problem and for a connection that failed. */
export async function call<T>(request: Promise<Reply<T>>): Promise<T> {
  let reply: Reply<T>;
  try {
    reply = await request;
  } catch (error) {
    throw new ApiError(0, 'offline', error instanceof Error ? error.message : 'offline', '', null);
  }
  const { response } = reply;
  if (response.ok) return reply.data as T;
  const body = reply.error;
  const problem: Partial<Problem> = body !== null && typeof body === 'object' ? body : {};
  throw new ApiError(
    response.status,
    slugOf(problem),
    problem.title ?? `HTTP ${response.status}`,
    problem.detail ?? '',
    problem.request_id ?? response.headers.get('x-request-id'),
    problem.errors ?? [],
  );
}
