import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import express, { type Express } from 'express';
import type { ApiDeps } from './api-deps.js';
import { type Authenticator, createAuthenticator } from './auth/authenticator.js';
import { createLoginThrottle } from './auth/login-throttle.js';
import { createPasswords } from './auth/passwords.js';
import { requestsWithSecret } from './devices-in/requests-with-secret.js';
import { createAuditTrail } from './http/audit-trail.js';
import { dashboard } from './http/dashboard.js';
import { docsPageOf } from './http/docs-page.js';
import { identify, mountRoutes, refuseEarly } from './http/mount-routes.js';
import { openApiOf } from './http/openapi.js';
import { operations } from './http/operations.js';
import { notFound } from './http/problem.js';
import { rateLimits } from './http/rate-limits.js';
import { readBodies } from './http/read-bodies.js';
import type { AnyRoute } from './http/route.js';
import { crossOrigin, securityHeaders } from './http/security-headers.js';
import { problemHandler } from './http/send-problem.js';
import { createTurns } from './http/turns.js';
import { allRoutes } from './routes/all-routes.js';
import { createSocketHub } from './ws/socket-hub.js';

export interface Api {
  /** For `http.createServer`. */
  handler: Express;
  /** For the server's `upgrade` event. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** What is mounted under `/api/v1`. */
  routes: readonly AnyRoute[];
  openApi: Record<string, unknown>;
  /** Ends the websockets and what runs by the clock; requests that are under way are the HTTP server's. */
  close(): Promise<void>;
}

/**
 * All that the outside sees over HTTP: the API, the websocket, health, metrics, and the dashboard.
 * @param given an authenticator that others ask too, so that a revoked credential is out everywhere at once
 */
export const createApi = (deps: ApiDeps, given?: Authenticator): Api => {
  const { config, clock, random } = deps;
  const authenticator = given ?? createAuthenticator(deps);
  const audit = createAuditTrail(deps);
  const turns = createTurns();
  const hub = createSocketHub({ ...deps, authenticator });
  const routes = allRoutes({
    ...deps,
    authenticator,
    audit,
    turns,
    passwords: createPasswords(random),
    throttle: createLoginThrottle(clock),
  });
  const openApi = openApiOf(routes, config.version);
  const docsPage = docsPageOf(openApi);

  const handler = express();
  handler.disable('x-powered-by');
  // Before everything that is for browsers: devices have no cookies and small buffers.
  handler.use('/in', requestsWithSecret(deps));
  handler.use(securityHeaders(config), crossOrigin(config.corsOrigins));
  handler.use(['/api', '/metrics'], identify({ authenticator }));
  handler.use(operations(deps));
  handler.get('/api/v1/openapi.json', (_req, res) => void res.json(openApi));
  handler.get('/api/v1/docs', (_req, res) => void res.type('html').send(docsPage));
  handler.use(
    '/api/v1',
    rateLimits(deps),
    refuseEarly(routes),
    readBodies(),
    mountRoutes(routes, { config, authenticator, audit, turns }),
  );
  handler.use(dashboard(config));
  handler.use(req => {
    throw notFound('page', req.path);
  });
  handler.use(problemHandler(deps));

  return {
    handler,
    upgrade: hub.upgrade,
    routes,
    openApi,
    async close() {
      audit.close();
      await hub.close();
    },
  };
};
