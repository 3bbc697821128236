// Proves: what is wrong with the files of the certificate is said in one line that names the variable, before any of them is used.
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cert, key } from '../../tests/harness/localhost-certificate.js';
import { tempDir } from '../../tests/harness/temp-dir.js';
import { readTlsFiles } from './tls-files.js';

const file = async (name: string, text: string): Promise<string> => {
  const path = join(await tempDir(), name);
  await writeFile(path, text);
  return path;
};

test('a certificate and its key are read; where none are set there is none', async () => {
  const files = [await file('cert.pem', cert), await file('key.pem', key)] as const;
  expect(await readTlsFiles(...files)).toEqual({ cert: Buffer.from(cert), key: Buffer.from(key) });
  expect(await readTlsFiles(undefined, undefined)).toBeUndefined();
});

test('what is not there, no PEM, or of two pairs is refused by its variables', async () => {
  const [right, none, junk] = [await file('cert.pem', cert), '/nonexistent.pem', await file('junk.pem', 'junk')];
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const another = await file('key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
  const refused = async (...files: [string, string]) => readTlsFiles(...files).catch((error: Error) => error.message);
  expect(await refused(none, none)).toBe('TELLTALE_TLS_CERT: "/nonexistent.pem" cannot be read (ENOENT); a PEM file is needed');
  expect(await refused(right, none)).toMatch(/^TELLTALE_TLS_KEY: /);
  for (const key of [junk, another]) {
    const said = await refused(right, key);
    expect(said).toMatch(/^TELLTALE_TLS_CERT: .* and TELLTALE_TLS_KEY: .* are no certificate and its key in PEM/);
    expect(said).not.toContain('\n');
  }
});
