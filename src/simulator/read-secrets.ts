import { readFile } from 'node:fs/promises';
import { TelltaleError } from '../model/errors.js';
import { type DeviceId, isId } from '../model/ids.js';

/** A secrets file says what it should not. */
export class SecretsFileError extends TelltaleError {
  readonly code = 'SECRETS_FILE';
  readonly fault = 'input';
}

/**
 * Reads devices and their secrets: a line each, `id secret`, `id,secret`, or JSON as `POST /devices` answers it; `#` starts a comment.
 * @returns in order of the file
 * @throws {SecretsFileError} names file and line
 */
export const readSecrets = async (file: string): Promise<Map<DeviceId, string>> => {
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new SecretsFileError(`cannot read ${file}`, { file }, { cause });
  });
  const secrets = new Map<DeviceId, string>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [id, secret] = pairOf(line.trim());
    if (id === undefined || secret === undefined || !isId(id)) {
      throw new SecretsFileError(`${file}:${i + 1}: expected a device id and its secret`, { file, line: i + 1 });
    }
    secrets.set(id, secret);
  }
  return secrets;
};

const pairOf = (line: string): (string | undefined)[] => {
  if (!line.startsWith('{')) return line.split(/[\s,]+/, 2);
  try {
    const { id, secret } = JSON.parse(line) as Record<string, unknown>;
    return [id, secret].map(part => (typeof part === 'string' ? part : undefined));
  } catch {
    return [];
  }
};
