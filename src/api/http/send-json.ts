import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Request, Response } from 'express';

const pack = promisify(gzip);
/** What fits into one packet gains nothing. */
const LEAST_BYTES = 1_024;
/** Lists of JSON shrink by ten at the fastest level already; more costs more time than the line saves. */
const LEVEL = constants.Z_BEST_SPEED;

/**
 * Answers with JSON, packed where the client takes gzip and it is worth it. Packing goes on beside the loop that serves viewers.
 * @param mayPack false where the answer holds a secret: its length would then tell of what stands beside it (BREACH)
 */
export const sendJson = async (req: Request, res: Response, answer: unknown, mayPack: boolean): Promise<void> => {
  if (!mayPack) return void res.json(answer);
  res.vary('Accept-Encoding');
  const text = JSON.stringify(answer);
  if (req.method === 'HEAD' || text.length < LEAST_BYTES || req.acceptsEncodings(['gzip', 'identity']) !== 'gzip')
    return void res.type('json').send(text);
  const packed = await pack(text, { level: LEVEL });
  // The viewer may have gone meanwhile.
  if (res.destroyed) return;
  res.set('Content-Encoding', 'gzip').type('json').send(packed);
};
