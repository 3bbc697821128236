import type { ErrorRequestHandler } from 'express';
import type { ApiDeps } from '../api-deps.js';
import { plain, send } from './device-request.js';

/**
 * What could not be read as a request, and what went wrong inside. The path is not logged and not repeated: a device's secret stands in it.
 */
export const deviceFailures = ({ log, count }: Pick<ApiDeps, 'log' | 'count'>): ErrorRequestHandler => {
  return (error, _req, res, next) => {
    if (res.headersSent) return next(error);
    const status = statusOf(error);
    if (status === undefined) {
      count('api_requests_failed');
      log.error({ err: error }, 'a request of a device failed');
      send(res, plain(500, 'failed'));
      return;
    }
    count('http_devices_bodies_refused');
    send(res, plain(status, status === 413 ? 'larger than 256 KiB' : 'unreadable'));
  };
};

/** Of what express and its body parser throw. */
const statusOf = (error: unknown): number | undefined => {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
};
