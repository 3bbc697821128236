import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { SettingError } from '../config/load-settings.js';

export interface TlsFiles {
  cert: Buffer;
  key: Buffer;
}

/**
 * The certificate and its key as they are on disk now, or undefined where none are set.
 * @throws {SettingError} one cannot be read, or the two are no pair: then nothing of it is used, and what was in use stays
 */
export const readTlsFiles = async (cert: string | undefined, key: string | undefined): Promise<TlsFiles | undefined> => {
  if (cert === undefined || key === undefined) return undefined;
  const files = { cert: await read('TELLTALE_TLS_CERT', cert), key: await read('TELLTALE_TLS_KEY', key) };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new SettingError(
      `TELLTALE_TLS_CERT: "${cert}" and TELLTALE_TLS_KEY: "${key}" are no certificate and its key in PEM (${(error as Error).message})`,
    );
  }
  return files;
};

const read = async (variable: string, file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw new SettingError(
      `${variable}: "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); a PEM file is needed`,
    );
  }
};
