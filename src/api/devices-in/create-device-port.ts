import express, { type Express } from 'express';
import type { ApiDeps } from '../api-deps.js';
import { deviceFailures } from './device-failures.js';
import { deviceRateLimit } from './device-rate-limit.js';
import { deviceRequest, readBody, refuseMethods, send } from './device-request.js';
import { requestsWithSecret } from './requests-with-secret.js';

/** Requests of one address in a minute: whoever asks is looked up in every format, and whole fleets may share an address. */
const PER_ADDRESS = 6_000;

/** What stands at a port of its own for devices: any path is theirs, and there is nothing else. */
export const createDevicePort = (deps: Pick<ApiDeps, 'deviceRequests' | 'config' | 'log' | 'count'>): Express => {
  const handler = express();
  handler.disable('x-powered-by');
  handler.use('/in', requestsWithSecret(deps));
  handler.use(refuseMethods, deviceRateLimit(deps, PER_ADDRESS), readBody, async (req, res) => {
    send(res, await deps.deviceRequests.takeUnnamed(deviceRequest(req, req.path)));
  });
  handler.use(deviceFailures(deps));
  return handler;
};
