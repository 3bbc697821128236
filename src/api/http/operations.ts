import { type Request, type Response, Router } from 'express';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { mayDo } from '../roles.js';
import { ApiProblem, forbidden } from './problem.js';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** For those who run the server: is it alive, is it ready, and its metrics. */
export const operations = ({ ready, metrics }: Pick<ApiDeps, 'ready' | 'metrics'>): Router => {
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
    if (!fromThisMachine(req)) admitAdministrator(res);
    res.set({ 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8', 'Cache-Control': 'no-store' }).send(await metrics());
  });
  return router;
};

/** A proxy on this machine speaks for others: what it forwards is not local. */
const fromThisMachine = (req: Request): boolean =>
  LOOPBACK.test(req.socket.remoteAddress ?? '') &&
  req.headers['x-forwarded-for'] === undefined &&
  req.headers.forwarded === undefined;

const admitAdministrator = (res: Response): void => {
  const caller = res.locals.caller as Caller | undefined;
  if (caller === undefined) {
    throw new ApiProblem(401, 'unauthorized', 'Metrics are for this machine, or for an administrator’s token.', [], {
      'WWW-Authenticate': 'Bearer realm="telltale"',
    });
  }
  if (!mayDo(caller.role, 'server.administer') || caller.groups.length > 0) throw forbidden('Metrics are for administrators.');
};
