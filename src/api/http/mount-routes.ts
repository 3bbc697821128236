import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import type { ApiDeps } from '../api-deps.js';
import type { Authenticator } from '../auth/authenticator.js';
import { fromOwnPage } from '../auth/same-site.js';
import type { Caller } from '../caller.js';
import { mayDo } from '../roles.js';
import type { AuditTrail } from './audit-trail.js';
import { fieldErrors } from './field-errors.js';
import { ApiProblem, type FieldError, forbidden, invalid, notFound } from './problem.js';
import type { AnyRoute, Ask } from './route.js';
import { sendJson } from './send-json.js';
import type { Turns } from './turns.js';

type Mounted = Pick<ApiDeps, 'config'> & { authenticator: Authenticator; audit: AuditTrail; turns: Turns };

/** Finds out who asks, before anything else looks at the request. Nobody is fine: open routes answer nobody too. */
export const identify =
  ({ authenticator }: Pick<Mounted, 'authenticator'>): RequestHandler =>
  async (req, res, next) => {
    res.locals.caller = await authenticator.callerOf(req.headers).catch((error: unknown) => {
      res.locals.callerError = error;
    });
    next();
  };

/**
 * Refuses before a body is read: who is nobody, and who may not. What is asked is looked at later, by the route itself.
 * @throws {ApiProblem} 401, 403
 */
export const refuseEarly = (routes: readonly AnyRoute[]): RequestHandler => {
  const patterns = routes.map(route => ({
    route,
    pattern: new RegExp(`^${route.path.replaceAll(/[.]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  }));
  return (req, res, next) => {
    const method = req.method === 'HEAD' ? 'get' : req.method.toLowerCase();
    const found = patterns.find(({ route, pattern }) => route.method === method && pattern.test(req.path));
    // What is not there is told to who is somebody only.
    if (found !== undefined) admit(found.route, req, res);
    else if (res.locals.caller === undefined) throw res.locals.callerError ?? unauthorized();
    next();
  };
};

/** Puts routes onto express: who may, what is asked, run, audit, answer. */
export const mountRoutes = (routes: readonly AnyRoute[], mounted: Mounted): Router => {
  const router = Router({ caseSensitive: true, strict: false });
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(path, (methods.get(path) ?? new Set()).add(route.method));
    router[route.method](path, handlerOf(route, mounted));
  }
  for (const [path, known] of methods) router.all(path, refuseMethod([...known]));
  router.use(req => {
    throw notFound('resource', req.originalUrl.split('?')[0]!);
  });
  return router;
};

const handlerOf =
  (route: AnyRoute, { config, audit, turns }: Mounted): RequestHandler =>
  async (req, res) => {
    const caller = admit(route, req, res);
    const ask = { ...checked(route, req), caller, req, res };
    const answer = await turns(route.turn?.(ask) ?? [], () => route.run(ask));
    await keepTrack(route, ask, answer, audit);
    if (res.headersSent) return;
    res.setHeader('Cache-Control', 'no-store');
    if (answer === undefined) {
      res.status(route.status ?? 204).end();
      return;
    }
    if (config.checkAnswers) route.answer?.parse(answer);
    res.status(route.status ?? 200);
    // Only what is read: what is made may answer with a secret, and who is logged in is nobody else's to measure.
    await sendJson(req, res, answer, route.method === 'get' && route.path !== '/session');
  };

/** @throws {ApiProblem} 401 nobody is logged in, 403 they may not, or a foreign page asked in their name */
const admit = ({ action, method }: AnyRoute, req: Request, res: Response): Caller => {
  const caller = res.locals.caller as Caller | undefined;
  if (action === null) return caller!;
  if (res.locals.callerError !== undefined) throw res.locals.callerError;
  if (caller === undefined) throw unauthorized();
  if (!mayDo(caller.role, action))
    throw forbidden(`The role ${caller.role} may not do this (${action}).`, { code: 'role_may_not' });
  if (caller.via === 'cookie' && method !== 'get' && !fromOwnPage(req.headers)) {
    throw forbidden('A change by cookie needs the header `X-Requested-With: telltale`.');
  }
  return caller;
};

const unauthorized = (): ApiProblem =>
  new ApiProblem(401, 'unauthorized', 'Log in, or send `Authorization: Bearer <token>`.', [], {
    'WWW-Authenticate': 'Bearer realm="telltale"',
  });

/** @throws {ApiProblem} 400 with every field that is wrong, 415 where the body is of another type */
const checked = (
  route: AnyRoute,
  req: Request,
): Pick<Ask<Record<string, string>, Record<string, unknown>, unknown>, 'params' | 'query' | 'body'> => {
  if (
    route.body !== undefined &&
    req.body === undefined &&
    (Number(req.headers['content-length']) > 0 || 'transfer-encoding' in req.headers)
  ) {
    throw new ApiProblem(415, 'not_json', 'Send the body with `Content-Type: application/json`.');
  }
  const errors: FieldError[] = [];
  const parse = <T>(schema: z.ZodType<T> | undefined, value: unknown, where: string): T => {
    if (schema === undefined) return value as T;
    const result = schema.safeParse(value, { reportInput: true });
    if (!result.success) errors.push(...fieldErrors(result.error, where));
    return result.data as T;
  };
  const asked = {
    params: parse(route.params, req.params, 'path'),
    query: parse(route.query, { ...req.query }, 'query'),
    // A body that is left out is an empty one: the schema says which fields it misses.
    body: parse(route.body, req.body ?? {}, ''),
  };
  if (errors.length > 0) throw invalid(errors);
  return asked as ReturnType<typeof checked>;
};

const keepTrack = async (
  route: AnyRoute,
  { caller, params, query, body }: { caller: Caller; params: Record<string, string>; query: unknown; body: unknown },
  answer: unknown,
  audit: AuditTrail,
): Promise<void> => {
  if (route.audit === false || (route.method === 'get' && route.audit === undefined)) return;
  const subject = Object.values(params ?? {}).join('/') || idIn(answer) || idIn(body) || '';
  const detail = typeof route.audit === 'function' ? route.audit(body) : body;
  await audit.record(
    caller,
    `${route.method.toUpperCase()} ${route.path}`,
    subject,
    route.method === 'get' ? askedFor(query) : detail,
  );
};

/** What of a list or a file was exported; null where all of it was. */
const askedFor = (query: unknown): unknown => (Object.keys(query ?? {}).length > 0 ? query : null);

const idIn = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : undefined;

const refuseMethod =
  (methods: readonly string[]): RequestHandler =>
  (req, _res, next) => {
    const allow = methods.map(method => method.toUpperCase()).join(', ');
    if (req.method === 'OPTIONS') return next();
    throw new ApiProblem(405, 'method_not_allowed', `${req.method} is not for this path; ${allow} is.`, [], { Allow: allow });
  };
