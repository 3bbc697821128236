import { setTimeout as sleep } from 'node:timers/promises';
import { TelltaleError } from '../../model/errors.js';

/** The server answered a request with a problem. */
export class RestError extends TelltaleError {
  readonly code = 'REST';
  readonly fault = 'bug';
}

const ATTEMPTS = 20;

/** Writes to the server's REST interface as its administrator. */
export class RestClient {
  constructor(
    private readonly http: string,
    private readonly token: string,
  ) {}

  /** @param path below `/api/v1` @throws {RestError} any answer but a 2xx; a full rate limit is waited out */
  post<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.#send('POST', path, body);
  }

  /** As `post`. */
  put<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.#send('PUT', path, body);
  }

  async #send<T>(method: string, path: string, body: unknown): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`${this.http}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
      if (answer.status !== 429 || attempt === ATTEMPTS) {
        throw new RestError(`${method} ${path}: ${answer.status} ${await answer.text()}`, { path, status: answer.status });
      }
      await answer.body?.cancel();
      await sleep(Math.min(10, Number(answer.headers.get('retry-after') ?? 1)) * 1_000);
    }
  }
}
