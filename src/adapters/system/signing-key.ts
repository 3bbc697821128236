import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { TelltaleError } from '../../model/errors.js';
import type { Signer } from '../../ports/evidence.js';

/** The server's key cannot be used. */
export class SigningKeyError extends TelltaleError {
  readonly code = 'SIGNING_KEY';
  readonly fault = 'outage';
}

/**
 * The key that signs the heads of the journal's chains and evidence: made at the first start, kept in a file that only its owner can read.
 * @param path of the file, PEM (PKCS 8) @throws {SigningKeyError} the file is no Ed25519 key; it is not replaced, since old signatures need it
 */
export const openSigningKey = async (path: string): Promise<Signer> => {
  const kept = await readFile(path, 'utf8').catch(error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SigningKeyError(`${path} cannot be read: ${(error as Error).message}`, {}, { cause: error });
  });
  const key = kept === undefined ? await makeKey(path) : readKey(path, kept);
  const publicKey = createPublicKey(key);
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
    sign: bytes => sign(null, bytes, key).toString('base64'),
  };
};

const makeKey = async (path: string): Promise<KeyObject> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  // Whole or not at all, also when the machine stops here.
  await writeFile(`${path}.new`, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return privateKey;
};

const readKey = (path: string, text: string): KeyObject => {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below.
  }
  throw new SigningKeyError(`${path} holds no Ed25519 key: put back the one that was there, or move it away for a new one`);
};
