import { texts } from '../texts/texts';
import type { components } from './generated/schema';
import { learnServerClock } from './server-clock';

type Problem = components['schemas']['Problem'];

/** The server answered, and the answer is no. `detail` is a sentence for people, in the language of this page as far as the code tells what is meant. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** The offending fields, where there are any: for a form that says it beside them. */
    readonly fields: readonly { field: string; message: string }[] = [],
  ) {
    super(detail);
    this.name = 'RefusedError';
  }
}

/** @param problem what the server says of it, where it says something */
export const refusalOf = ({ status, statusText }: Response, problem: Partial<Problem> | undefined): RefusedError => {
  const { code = 'unknown', detail = statusText, errors = [], said } = problem ?? {};
  const fields = errors.map(({ field = '', message = '', said: ofField }) => ({
    field,
    message: texts.sentences(ofField, message),
  }));
  // Of these the detail is what stands beside the fields, one after the other.
  const isOfFields = (code === 'invalid' || code === 'unprocessable') && fields.length > 0;
  const whole = isOfFields ? fields.map(({ field, message }) => `${field}: ${message}`).join('; ') : detail;
  const words = texts.sentences(said, whole);
  return new RefusedError(status, code, words === whole ? texts.refused(code, whole) : words, fields);
};

/** Nothing answered: no network, or the server is down. Trying again later makes sense. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('unreachable', { cause });
    this.name = 'UnreachableError';
  }
}

/** Fires `logged-out` when the server no longer knows who we are. */
export const sessionEvents = new EventTarget();

export type Query = Record<string, string | number | undefined>;

/**
 * Asks `/api/v1` for JSON.
 * @throws {RefusedError} any answer but 2xx @throws {UnreachableError} no answer
 */
export const getJson = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  ask<T>('GET', path + searchOf(query), undefined, signal);

/** Changes something. The header proves to the server that our own page asks: the cookie alone does not. */
export const sendJson = <T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> =>
  ask<T>(method, path, body);

const ask = async <T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> => {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['x-requested-with'] = 'telltale';
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnreachableError(error);
  }
  learnServerClock(response.headers.get('date'));
  const answer = await bodyOf(response);
  if (response.ok) return answer as T;
  // A wrong password is no lost session.
  if (response.status === 401 && path !== '/session') sessionEvents.dispatchEvent(new Event('logged-out'));
  throw refusalOf(response, answer as Partial<Problem> | undefined);
};

const bodyOf = async (response: Response): Promise<unknown> => {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return isJson ? response.json().catch(() => undefined) : undefined;
};

const searchOf = (query: Query): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return search.size === 0 ? '' : `?${search}`;
};
