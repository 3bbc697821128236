import { TelltaleError } from '../../model/errors.js';
import type { ServerAddress } from './server-address.js';

/** The server answered with a problem, or not at all. */
export class ServerAnswerError extends TelltaleError {
  readonly code = 'SERVER_ANSWER';
  readonly fault = 'outage';
}

/** Asks a running server below `/api/v1`. @throws {ServerAnswerError} any answer but a 2xx, with what the server says of it */
export const askServer = async (
  { url, token }: ServerAddress,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> => {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let answer: Response;
  try {
    answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  } catch (cause) {
    const reason = (cause as { cause?: { code?: string } }).cause?.code ?? (cause as Error).message;
    throw new ServerAnswerError(`${url} cannot be reached (${reason})`, { path }, { cause });
  }
  if (answer.ok) return answer;
  const text = await answer.text();
  let detail = text.slice(0, 500);
  try {
    detail = (JSON.parse(text) as { detail?: string }).detail ?? detail;
  } catch {
    // Not a problem document: shown as it came.
  }
  throw new ServerAnswerError(`${method} ${path}: ${answer.status} ${detail}`, { path, status: answer.status });
};
