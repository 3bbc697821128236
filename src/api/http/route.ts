import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Caller } from '../caller.js';
import type { Action } from '../roles.js';

/** What a route is asked, checked and typed by its schemas. */
export interface Ask<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  caller: Caller;
  req: Request;
  res: Response;
}

/**
 * One route of `/api/v1`. Its schemas are its types, its validation and its page in OpenAPI.
 * `run` returns the answer, or nothing where it wrote the response itself (`produces`) or there is none (status 204).
 */
export interface Route<P, Q, B, A> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api/v1`, with `{id}` for parameters. */
  path: string;
  /** Who may; null = everybody, not logged in either. */
  action: Action | null;
  tag: string;
  summary: string;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  answer?: z.ZodType<A>;
  /** A body to look at in the description, where one made from the schema would not be taken. */
  example?: unknown;
  /** Of success; 200 unless told. */
  status?: number;
  /** What is answered with 202 where the caller does not wait for the end; `run` writes it itself. */
  later?: z.ZodType;
  /** Media types of a body that is a file; `run` reads it from `req.body`. */
  consumes?: readonly string[];
  /** Media types of an answer that is not JSON, or beside an `answer` in JSON. */
  produces?: readonly string[];
  /** Changes are audited without asking; `true` audits reading too, a function says what to keep of the body, `false` keeps nothing. */
  audit?: boolean | ((body: B) => unknown);
  /** What it looks at and then changes, by names (turns.ts): of those that share one, one runs at a time. */
  turn?(ask: Pick<Ask<P, Q, B>, 'params' | 'body'>): readonly string[];
  run(ask: Ask<P, Q, B>): Promise<A> | A;
}

/** A route whose types are closed: what is mounted, documented and tested. */
export type AnyRoute = Route<Record<string, string>, Record<string, unknown>, unknown, unknown>;

export const defineRoute = <P = unknown, Q = unknown, B = undefined, A = void>(route: Route<P, Q, B, A>): AnyRoute =>
  route as unknown as AnyRoute;
