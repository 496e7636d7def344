import { afterEach, expect, test, vi } from 'vitest';
import { type ApiError, api, call, toApiError } from './client.ts';

function answers(response: Response | Error) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => {
    if (response instanceof Error) throw response;
    return response;
  });
  vi.stubGlobal('fetch', fetch);
  return fetch;
}
const refusal = (work: Promise<unknown>): Promise<ApiError> =>
  work.then(() => Promise.reject(new Error('expected a refusal')), toApiError);

afterEach(() => vi.unstubAllGlobals());

test('a path parameter cannot leave its segment', async () => {
  const fetch = answers(Response.json({}));
  await call(
    api.GET('/api/v1/conversations/{id}', { params: { path: { id: '../session?x=1#y' } } }),
  );
  expect(fetch.mock.calls[0]?.[0]).toBe('/api/v1/conversations/..%2Fsession%3Fx%3D1%23y');
});

test('a problem keeps its slug, its words and the number to quote', async () => {
  answers(
    new Response(
      JSON.stringify({
        type: '/problems/already_taken',
        title: 'Already taken',
        detail: 'Marc holds it',
        status: 409,
        request_id: 'A1B2',
      }),
      { status: 409, headers: { 'content-type': 'application/problem+json' } },
    ),
  );
  expect(await refusal(call(api.GET('/api/v1/teams')))).toMatchObject({
    status: 409,
    slug: 'already_taken',
    detail: 'Marc holds it',
    requestId: 'A1B2',
  });
});

test('an answer of something between us and the server is still an error with a number', async () => {
  answers(
    new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'x-request-id': 'edge-7' } }),
  );
  expect(await refusal(call(api.GET('/api/v1/teams')))).toMatchObject({
    status: 502,
    slug: 'unexpected',
    requestId: 'edge-7',
  });
});

test('no connection is offline, not a server error', async () => {
  answers(new TypeError('fetch failed'));
  const error = await refusal(call(api.GET('/api/v1/teams')));
  expect(error.isOffline).toBe(true);
});
