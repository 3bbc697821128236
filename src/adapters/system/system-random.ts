import { randomBytes } from 'node:crypto';
import type { Random } from '../../ports/clock.js';

/** The machine's own chance. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  secret: size => randomBytes(size),
};
