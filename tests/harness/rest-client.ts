/** An answer that was not 2xx: its status, and the problem document (RFC 9457) or whatever text came. */
export class RestProblem extends Error {
  constructor(
    readonly request: string,
    readonly status: number,
    readonly problem: Record<string, unknown> | string,
  ) {
    super(`${request} answered ${status}: ${typeof problem === 'string' ? problem : JSON.stringify(problem)}`);
    this.name = 'RestProblem';
  }
}

type Query = Record<string, string | number | boolean | undefined>;

/** `/api/v1` as somebody with a token; paths are below it (`/vehicles`). Answers are parsed JSON, `undefined` for an empty one. */
export interface RestClient {
  get<T = unknown>(path: string, query?: Query): Promise<T>;
  post<T = unknown>(path: string, body?: unknown): Promise<T>;
  put<T = unknown>(path: string, body: unknown): Promise<T>;
  patch<T = unknown>(path: string, body: unknown): Promise<T>;
  delete<T = unknown>(path: string): Promise<T>;
  /** Every item of a list, page by page. @throws {Error} past `limit` items */
  all<T = unknown>(path: string, query?: Query, limit?: number): Promise<T[]>;
  /** The bare answer, of any status, below the server's root (`/readyz`, `/api/v1/trips/7/export`). */
  raw(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * @param base `http://host:port` @param token without it no Authorization is sent
 * @throws {RestProblem} from every method but `raw`, where the status is not 2xx
 */
export const restClient = (base: string, token?: string): RestClient => {
  const raw = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    return fetch(new URL(path, base), { signal: AbortSignal.timeout(30_000), ...init, headers });
  };
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const init =
      body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await raw(`/api/v1${path}`, init);
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const answer = isJson && text !== '' ? JSON.parse(text) : text;
    if (!response.ok) throw new RestProblem(`${method} ${path}`, response.status, answer);
    return (answer === '' ? undefined : answer) as T;
  };
  const get = <T>(path: string, query: Query = {}): Promise<T> => call<T>('GET', path + searchOf(query));
  return {
    get,
    post: (path, body = {}) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: path => call('DELETE', path),
    raw,
    all: async <T>(path: string, query: Query = {}, limit = 100_000) => {
      const items: T[] = [];
      let cursor: string | undefined;
      do {
        const page = await get<{ items: T[]; next: string | null }>(path, { ...query, cursor });
        items.push(...page.items);
        if (items.length > limit) throw new Error(`GET ${path} has more than ${limit} items`);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return items;
    },
  };
};

const searchOf = (query: Query): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return search.size === 0 ? '' : `?${search}`;
};
