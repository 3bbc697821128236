import { readFile, writeFile } from 'node:fs/promises';
import type { Random } from '../ports/clock.js';

/**
 * The first administrator's token: as given, else as made at the first start and kept in a file that only the owner can read.
 * @param path of that file
 */
export const adminToken = async (
  path: string,
  given: string | undefined,
  random: Random,
): Promise<{ value: string; file: { path: string; fresh: boolean } | undefined }> => {
  if (given !== undefined) return { value: given, file: undefined };
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept?.trim()) return { value: kept.trim(), file: { path, fresh: false } };
  const value = Buffer.from(random.secret(24)).toString('base64url');
  await writeFile(path, `${value}\n`, { mode: 0o600, flush: true });
  return { value, file: { path, fresh: true } };
};
