import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { tooMany } from './problem.js';
import { sendProblem } from './send-problem.js';

const WINDOW_S = 60;
/** Requests without a good credential, of one address. */
const STRANGERS_PER_MINUTE = 1_200;

/**
 * Limits requests per credential, and those of nobody per address. Runs behind the authentication, so its table holds as many keys
 * as there are credentials, not as many as somebody makes up.
 */
export const rateLimits = ({ config, count }: Pick<ApiDeps, 'config' | 'count'>): RequestHandler =>
  rateLimit({
    windowMs: WINDOW_S * 1_000,
    limit: (_req, res) => (callerIn(res.locals) === undefined ? STRANGERS_PER_MINUTE : config.requestsPerMinute),
    keyGenerator: (req, res) => callerIn(res.locals)?.id ?? ipKeyGenerator(req.ip ?? ''),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_req, res) => {
      count('api_rate_limited');
      sendProblem(res, tooMany('Too many requests in this minute.', Number(res.getHeader('Retry-After') ?? WINDOW_S)));
    },
  });

const callerIn = (locals: Record<string, unknown>): Caller | undefined => locals.caller as Caller | undefined;
