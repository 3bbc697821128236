import { type RequestHandler, Router } from 'express';
import type { ApiDeps } from '../api-deps.js';
import { deviceFailures } from './device-failures.js';
import { deviceRateLimit } from './device-rate-limit.js';
import { deviceRequest, plain, readBody, refuseMethods, send } from './device-request.js';

/** Requests with nobody's secret, of one address. */
const STRANGERS_PER_MINUTE = 600;

type Needed = Pick<ApiDeps, 'deviceRequests' | 'config' | 'log' | 'count'>;

/** `/{format}/{secret}` and any path below it, or the secret in the header `Authorization` where a device can send one. */
export const requestsWithSecret = (deps: Needed): Router => {
  const { deviceRequests } = deps;
  const findSpeaker: RequestHandler = (req, res, next) => {
    const [, format = '', token, ...below] = req.path.split('/');
    if (!deviceRequests.has(format)) return send(res, plain(404, 'no such format'));
    res.locals.format = format;
    res.locals.path = `/${below.join('/')}`;
    res.locals.device = deviceRequests.speaker(decoded(token), req.headers.authorization);
    next();
  };
  const refuseStrangers: RequestHandler = (_req, res, next) => {
    if (res.locals.device !== undefined) return next();
    res.set('WWW-Authenticate', 'Basic realm="telltale"');
    send(res, plain(401, 'unknown secret'));
  };
  const take: RequestHandler = async (req, res) => {
    const { format, path, device } = res.locals;
    send(res, await deviceRequests.take(format, device, deviceRequest(req, path)));
  };
  const router = Router();
  router.use(refuseMethods, findSpeaker, deviceRateLimit(deps, STRANGERS_PER_MINUTE), refuseStrangers, readBody, take);
  router.use(deviceFailures(deps));
  return router;
};

/** @returns undefined where it is no secret, however it was escaped */
const decoded = (token: string | undefined): string | undefined => {
  try {
    return token === undefined ? undefined : decodeURIComponent(token);
  } catch {
    return undefined;
  }
};
