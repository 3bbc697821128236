import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './generated/schema';
import { RefusedError, refusalOf, sessionEvents, UnreachableError } from './request';

/** A schema of the API's own description, by its name there: `Schema<'Alert'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** A change proves that our own page asks (the cookie alone does not); a refusal and a silence become the errors that the pages know. */
const manners: Middleware = {
  onRequest({ request }) {
    request.headers.set('accept', 'application/json');
    if (request.method !== 'GET') request.headers.set('x-requested-with', 'telltale');
    return request;
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    // A wrong password is no lost session.
    if (response.status === 401 && schemaPath !== '/session') sessionEvents.dispatchEvent(new Event('logged-out'));
    const problem = (await response.json().catch(() => undefined)) as Partial<Schema<'Problem'>> | undefined;
    throw refusalOf(response, problem);
  },
  onError({ error, request }) {
    if (request.signal.aborted || error instanceof RefusedError) return;
    return new UnreachableError(error);
  },
};

/**
 * The API, typed by its own OpenAPI: paths, parameters, bodies and answers.
 * `const { items } = await answerOf(api.GET('/trips', { params: { query: { vehicle } }, signal }))`
 * @throws {RefusedError} any answer but 2xx @throws {UnreachableError} no answer
 */
export const api = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin' });
api.use(manners);

/** The answer of a call: what was refused has thrown by then. */
export const answerOf = async <T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> => (await call).data as NonNullable<T>;
