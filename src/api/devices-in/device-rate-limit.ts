import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { ApiDeps } from '../api-deps.js';
import { plain, send } from './device-request.js';

/**
 * Limits requests per device, and of those that a secret does not tell apart per address.
 * @param perAddress in a minute
 */
export const deviceRateLimit = ({ config, count }: Pick<ApiDeps, 'config' | 'count'>, perAddress: number): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit: (_req, res) => (res.locals.device === undefined ? perAddress : config.requestsPerMinute),
    keyGenerator: (req, res) => res.locals.device ?? ipKeyGenerator(req.ip ?? ''),
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_req, res) => {
      count('http_devices_rate_limited');
      send(res, plain(429, 'too many requests'));
    },
  });
