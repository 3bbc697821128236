import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Response } from 'express';
import { faultOf, TelltaleError } from '../../model/errors.js';
import type { ApiDeps } from '../api-deps.js';
import { endUnread, isUnread } from './end-unread.js';
import { ApiProblem, conflict, type FieldError, tooMany } from './problem.js';
import { BodyTooLargeError } from './read-within.js';

const RETRY_AFTER_S = '5';

/** Writes one problem (RFC 9457). `field` repeats the first of `errors` for programs that show one. */
export const sendProblem = (res: Response, problem: ApiProblem): void => {
  res.status(problem.status).set(problem.headers).type('application/problem+json');
  const text = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.reason,
    detail: problem.message,
    instance: res.req.originalUrl.split('?')[0],
    ...(problem.errors.length > 0 && { field: problem.errors[0]!.field, errors: problem.errors }),
    ...(problem.said.length > 0 && { said: problem.said }),
  });
  if (isUnread(res.req)) endUnread(res.req, res, text);
  else res.send(text);
};

/** The last handler: whatever was thrown becomes a problem, and only bugs become log lines. */
export const problemHandler = ({ log, count }: Pick<ApiDeps, 'log' | 'count'>): ErrorRequestHandler => {
  return (error, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error);
    if (problem.status >= 500) count('api_requests_failed');
    if (problem.status === 500) log.error({ err: error, method: req.method, path: req.path }, 'a request failed');
    sendProblem(res, problem);
  };
};

const problemOf = (error: unknown): ApiProblem => {
  if (error instanceof ApiProblem) return error;
  if (error instanceof BodyTooLargeError) return new ApiProblem(413, 'too_large', error.message);
  if (isBodyError(error)) return bodyProblem(error);
  // Two that ask for the same name at once both found it free; SQL lets one have it.
  if (error instanceof TelltaleError && error.code === 'NAME_TAKEN')
    return conflict(error.message, { code: 'taken', what: 'user', id: null }, 'user');
  if (error instanceof TelltaleError) {
    if (error.code === 'EXPIRED') return new ApiProblem(410, 'expired', error.message);
    if (error.code === 'PRIVATE') return new ApiProblem(403, 'private', error.message);
    if (error.code === 'TOO_MUCH') return new ApiProblem(422, 'too_much', error.message);
    if (error.code === 'BUSY') return tooMany(error.message, Number(RETRY_AFTER_S));
  }
  switch (error instanceof TelltaleError ? faultOf(error) : 'bug') {
    case 'outage':
      return new ApiProblem(503, 'unavailable', (error as Error).message, [], { 'Retry-After': RETRY_AFTER_S });
    case 'input':
      return new ApiProblem(400, 'invalid', (error as Error).message, fieldsOf(error as TelltaleError));
    case 'bug':
      // What went wrong inside is for the log, not for whoever asked.
      return new ApiProblem(500, 'internal', 'The server failed on this request; its log says why.');
  }
};

const fieldsOf = ({ context, message }: TelltaleError): FieldError[] => {
  if (typeof context.field === 'string') return [{ field: context.field, message }];
  // A cursor that SQL did not give out.
  return 'cursor' in context ? [{ field: 'query.cursor', message }] : [];
};

/** What express and its body parser throw: they carry `status` and `type` or are URIErrors. */
const isBodyError = (error: unknown): error is Error & { status: number; type?: string } =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500;

const bodyProblem = (error: Error & { status: number; type?: string }): ApiProblem => {
  if (error.type === 'entity.parse.failed') return new ApiProblem(400, 'not_json', `The body is not JSON: ${error.message}`);
  // Compressed, and too much when it is unpacked.
  if (error.type === 'entity.too.large') return new ApiProblem(413, 'too_large', 'The body unpacks to more than is read of one.');
  return new ApiProblem(error.status, 'bad_request', error.message);
};
