import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256, hex: enough for secrets that are 128 random bits or more; passwords go through argon2id. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares two hex hashes without telling by its time where they differ. */
export const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
