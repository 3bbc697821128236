import type { Random } from '../../ports/clock.js';

/** An id for something that people make: 128 random bits, base64url. */
export const newId = (random: Random): string => Buffer.from(random.secret(16)).toString('base64url');
