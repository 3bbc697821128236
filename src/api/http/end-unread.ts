import type { Request, Response } from 'express';

/** Up to so much of a body that nobody reads is let through, so that the connection can be used again. */
const PASSED_BYTES = 64 * 1024;

/** How long, and for how many bytes, who goes on sending after the answer is listened to. */
export interface Patience {
  ms: number;
  bytes: number;
}
const PATIENCE: Patience = { ms: 5_000, bytes: 64 * 1024 * 1024 };

/** Whether much of the body may still come, or nobody knows how much: such a connection is not used again. */
export const isUnread = ({ complete, headers }: Request): boolean =>
  !complete &&
  ('transfer-encoding' in headers || headers.expect !== undefined || Number(headers['content-length'] ?? 0) > PASSED_BYTES);

/**
 * Answers a request whose body nobody reads to its end, at once and in full, and then closes the connection. What is still on its way is
 * thrown away meanwhile: a socket that is closed over unread bytes is reset, and the reset overtakes the answer.
 * Whoever goes on for longer than that is cut off.
 */
export const endUnread = (req: Request, res: Response, body: string, { ms, bytes }: Patience = PATIENCE): void => {
  const answer = Buffer.from(body);
  res.setHeader('Connection', 'close');
  res.setHeader('Content-Length', answer.length);
  if (req.method === 'HEAD') res.flushHeaders();
  else res.write(answer);
  let left = bytes;
  const end = (): void => {
    clearTimeout(timer);
    req.off('data', drop);
    res.end();
  };
  const drop = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) end();
  };
  const timer = setTimeout(end, ms);
  req.on('data', drop).once('end', end).once('close', end);
  req.resume();
};
