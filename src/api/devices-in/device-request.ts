import express, { type Request, type RequestHandler, type Response } from 'express';
import type { DeviceAnswer, DeviceRequest } from '../../ports/device-intake.js';
import { endUnread, isUnread } from '../http/end-unread.js';
import { readWithin } from '../http/read-within.js';

/** A larger body is refused. */
const BODY_BYTES = 256 * 1024;
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT']);

/** Reads the body as bytes, whatever a device calls its type. */
export const readBody: RequestHandler = readWithin(BODY_BYTES, express.raw({ limit: BODY_BYTES, type: () => true }));

export const plain = (status: number, body: string): DeviceAnswer => ({
  status,
  body,
  contentType: 'text/plain; charset=utf-8',
});

/** Formats are spoken with these methods; others are nobody's. */
export const refuseMethods: RequestHandler = (req, res, next) => {
  if (METHODS.has(req.method)) return next();
  res.set('Allow', [...METHODS].join(', '));
  send(res, plain(405, 'GET or POST'));
};

/** @param path below the token */
export const deviceRequest = (req: Request, path: string): DeviceRequest => {
  const mark = req.originalUrl.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  const query = mark < 0 ? '' : req.originalUrl.slice(mark + 1);
  // Without a body express leaves no buffer.
  return { method: req.method, path, query, headers, body: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0) };
};

/** Answers in as few bytes as may be: no ETag, and never 304, which no device takes for a yes. */
export const send = (res: Response, { status, body, contentType }: DeviceAnswer): void => {
  res.status(status).set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  if (status === 503 || status === 429) res.set('Retry-After', '5');
  if (isUnread(res.req)) endUnread(res.req, res, body);
  else res.end(body);
};
