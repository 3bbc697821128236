import { type Request, type Response, Router } from 'express';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { mayDo } from '../roles.js';
import { ApiProblem, forbidden } from './problem.js';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const OWN_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
/** Whoever sends one passes on what another asked. */
const OF_PROXIES = /^(forwarded|via|x-forwarded-.*|x-real-ip|x-original-.*|(x-|true-)client-ip|cf-connecting-ip)$/;

/** For those who run the server: is it alive, is it ready, and its metrics. */
export const operations = ({ ready, metrics, config }: Pick<ApiDeps, 'ready' | 'metrics' | 'config'>): Router => {
  const router = Router();
  router.get('/livez', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'alive' });
  });
  router.get('/readyz', (_req, res) => {
    const { ready: isReady, reason } = ready();
    res.set('Cache-Control', 'no-store');
    if (isReady) {
      res.json({ status: 'ready' });
      return;
    }
    throw new ApiProblem(503, 'not_ready', reason ?? 'Starting.', [], { 'Retry-After': '1' });
  });
  router.get('/metrics', async (req, res) => {
    if (!config.metricsLocal || !fromThisMachine(req)) admitAdministrator(res);
    res.set({ 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8', 'Cache-Control': 'no-store' }).send(await metrics());
  });
  return router;
};

/**
 * A proxy on this machine speaks for others: what it passes on is not local. It is told by its headers; by a name that is not this
 * machine's own for itself, where it passes that on; or by HTTP/1.0, which proxies speak that add nothing. One that hides in all of this
 * cannot be told, hence the setting.
 */
const fromThisMachine = ({ socket, headers, httpVersion }: Request): boolean =>
  LOOPBACK.test(socket.remoteAddress ?? '') &&
  httpVersion !== '1.0' &&
  OWN_NAME.test(headers.host ?? '') &&
  !Object.keys(headers).some(name => OF_PROXIES.test(name));

const admitAdministrator = (res: Response): void => {
  const caller = res.locals.caller as Caller | undefined;
  if (caller === undefined) {
    throw new ApiProblem(401, 'unauthorized', 'Metrics are for this machine, or for an administrator’s token.', [], {
      'WWW-Authenticate': 'Bearer realm="telltale"',
    });
  }
  if (!mayDo(caller.role, 'server.administer') || caller.groups.length > 0) throw forbidden('Metrics are for administrators.');
};
