import { TelltaleError } from '../../model/errors.js';
import type { Saying } from '../../model/saying.js';

export interface FieldError {
  /** Path of the offending value: `query.limit`, `properties.radius_m`, `geometry.coordinates[0]`. */
  field: string;
  message: string;
  /** The message for other languages. */
  said?: readonly Saying[];
}

/** An answer that is a refusal: becomes RFC 9457 `application/problem+json`. */
export class ApiProblem extends TelltaleError {
  readonly code = 'API_PROBLEM';
  readonly fault = 'input';

  /**
   * @param status HTTP status, 4xx or 5xx
   * @param reason a stable word for programs: `not_found`, `expired`, …
   * @param errors the offending fields, where there are any
   * @param headers sent along, such as `Retry-After`
   * @param said the message for other languages, where its reason does not say it all
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly errors: readonly FieldError[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
    readonly said: readonly Saying[] = [],
  ) {
    super(message, { status, reason });
  }
}

export const notFound = (what: string, id: string): ApiProblem =>
  new ApiProblem(404, 'not_found', `There is no ${what} '${id}'.`);

export const forbidden = (message: string, said?: Saying): ApiProblem =>
  new ApiProblem(403, 'forbidden', message, [], {}, said && [said]);

export const conflict = (message: string, said: Saying, field?: string): ApiProblem =>
  new ApiProblem(409, 'conflict', message, field === undefined ? [] : [{ field, message, said: [said] }], {}, [said]);

/** Well formed, but it cannot be meant. */
export const unprocessable = (field: string, message: string, said: Saying): ApiProblem =>
  new ApiProblem(422, 'unprocessable', `${field}: ${message}`, [{ field, message, said: [said] }]);

export const invalid = (errors: readonly FieldError[]): ApiProblem =>
  new ApiProblem(400, 'invalid', errors.map(({ field, message }) => `${field}: ${message}`).join('; '), errors);

export const tooMany = (message: string, retryAfterS: number): ApiProblem =>
  new ApiProblem(429, 'too_many_requests', message, [], { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterS))) });
