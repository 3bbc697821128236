import { dirname, join } from 'node:path';
import { unpackPackages, writeLauncher } from './debian-package.mjs';
import { findProgram } from './find-program.mjs';

/**
 * Finds or fetches the Mosquitto broker and its command-line clients. It is unpacked and never installed:
 * Debian's package would start a service on port 1883 and leave it there.
 * @returns {Promise<{ env: Record<string, string>, says: string }>}
 * @throws {Error} one sentence saying what is missing
 */
export const provisionMosquitto = async () => {
  const broker = process.env.MOSQUITTO ?? findProgram('mosquitto');
  const client = findProgram('mosquitto_pub');
  if (broker !== undefined && client !== undefined) return { env: asEnvironment(broker, dirname(client)), says: broker };
  try {
    const root = await unpackPackages('mosquitto', ['mosquitto', 'mosquitto-clients']);
    const unpacked = await writeLauncher(root, 'usr/sbin/mosquitto');
    for (const program of ['mosquitto_pub', 'mosquitto_sub', 'mosquitto_passwd'])
      await writeLauncher(root, join('usr/bin', program));
    return { env: asEnvironment(broker ?? unpacked, dirname(unpacked)), says: `unpacked Debian packages, ${broker ?? unpacked}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Mosquitto and its clients are missing (${reason}): install mosquitto and mosquitto-clients, or set MOSQUITTO.`,
    );
  }
};

/** @param {string} broker @param {string} clientFolder */
const asEnvironment = (broker, clientFolder) => ({
  TELLTALE_TEST_MOSQUITTO: broker,
  TELLTALE_TEST_MOSQUITTO_BIN_DIR: clientFolder,
});
