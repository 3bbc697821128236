import type { RequestHandler } from 'express';
import { TelltaleError } from '../../model/errors.js';

/** A body is longer than what is read of one. */
export class BodyTooLargeError extends TelltaleError {
  readonly code = 'BODY_TOO_LARGE';
  readonly fault = 'input';
  readonly status = 413;

  constructor(readonly limit_bytes: number) {
    super(`The body is larger than ${sizeOf(limit_bytes)}.`, { limit_bytes });
  }
}

/**
 * A parser of bodies that refuses one over the limit as soon as that is known: by its declared length before anything is read, else when
 * what came passes the limit. The parser alone would first read such a body to its end. (One that is compressed, fits, and
 * unpacks to too much is read to its end, which is near.)
 * @param parser of express, with the same limit: it counts what is unpacked
 */
export const readWithin =
  (limit_bytes: number, parser: RequestHandler): RequestHandler =>
  (req, res, next) => {
    if (Number(req.headers['content-length'] ?? 0) > limit_bytes) throw new BodyTooLargeError(limit_bytes);
    // Who asks before sending is told to only now, when it is known that the body is wanted.
    if (req.headers.expect !== undefined && !req.complete && !res.locals.goOn) {
      res.locals.goOn = true;
      res.writeContinue();
    }
    let told = false;
    let received = 0;
    const tell = (error?: unknown): void => {
      if (told) return;
      told = true;
      req.off('data', count);
      next(error);
    };
    const count = (chunk: Buffer): void => {
      received += chunk.length;
      if (received > limit_bytes) tell(new BodyTooLargeError(limit_bytes));
    };
    parser(req, res, tell);
    // Only beside a parser that reads: a listener alone would let the bytes go by.
    if (!told) req.on('data', count);
  };

const sizeOf = (bytes: number): string =>
  bytes >= 1_048_576 ? `${Math.floor(bytes / 1_048_576)} MiB` : `${Math.floor(bytes / 1_024)} KiB`;
