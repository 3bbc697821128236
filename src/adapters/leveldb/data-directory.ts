import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DataDirectoryError } from './errors.js';

const MARKER = 'telltale.json';
const LAYOUT = 1;

/** What lies where in a data directory. */
export interface DataDirectory {
  journal: string;
  state: string;
  sql: string;
  adminToken: string;
  /** Of the key that signs the journal's heads and evidence. */
  signingKey: string;
  partitions: number;
  /** A name of its own, for brokers that keep sessions by client id. */
  id: string;
}

/**
 * Makes or recognises a data directory.
 * @throws {DataDirectoryError} it belongs to something else, to a newer version, to another number of partitions, or cannot be written
 */
export const openDataDirectory = async (folder: string, partitions: number, freshId: string): Promise<DataDirectory> => {
  const marker = join(folder, MARKER);
  try {
    await makeFolder(resolve(folder));
    const found = await readFile(marker, 'utf8').catch(error => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    const known = found === undefined ? await begin(folder, marker, partitions, freshId) : recognise(folder, found);
    if (known.partitions !== partitions) {
      throw new DataDirectoryError(
        `${folder} was made with ${known.partitions} partitions, not ${partitions}: set TELLTALE_PARTITIONS=${known.partitions}`,
      );
    }
    return {
      journal: join(folder, 'journal'),
      state: join(folder, 'state'),
      sql: join(folder, 'telltale.sqlite'),
      adminToken: join(folder, 'admin-token'),
      signingKey: join(folder, 'signing-key.pem'),
      partitions,
      id: known.id,
    };
  } catch (error) {
    if (error instanceof DataDirectoryError) throw error;
    throw new DataDirectoryError(`${folder} cannot be used as data directory: ${(error as Error).message}`, {}, { cause: error });
  }
};

/**
 * Makes a folder and those above it, one by one from the nearest that is there: Node's own recursive way asks for ever where a file system
 * has folders that nothing can be made in (/proc).
 */
const makeFolder = async (folder: string): Promise<void> => {
  const missing: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(at).catch(error => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (found?.isDirectory() || dirname(at) === at) break;
    if (found) throw new DataDirectoryError(`${at} is a file: choose another folder`);
    missing.unshift(at);
  }
  for (const at of missing) await mkdir(at);
};

interface Marker {
  layout: number;
  partitions: number;
  id: string;
}

const begin = async (folder: string, marker: string, partitions: number, id: string): Promise<Marker> => {
  // A start that was cut short left a part of the marker; a disk of its own brings `lost+found`.
  const others = (await readdir(folder)).filter(name => ![`${MARKER}.new`, 'lost+found'].includes(name));
  if (others.length > 0) {
    throw new DataDirectoryError(
      `${folder} is not a data directory of Telltale and not empty (${others[0]}): choose another folder`,
    );
  }
  const content: Marker = { layout: LAYOUT, partitions, id };
  // Whole or not at all, also when the machine stops here.
  await writeFile(`${marker}.new`, `${JSON.stringify(content)}\n`, { flush: true });
  await rename(`${marker}.new`, marker);
  return content;
};

const recognise = (folder: string, text: string): Marker => {
  let marker: Partial<Marker>;
  try {
    marker = (JSON.parse(text) ?? {}) as Partial<Marker>;
  } catch {
    throw new DataDirectoryError(`${join(folder, MARKER)} is damaged: it does not hold what this program wrote`);
  }
  const { layout, partitions, id } = marker;
  if (typeof layout !== 'number' || typeof partitions !== 'number' || typeof id !== 'string') {
    throw new DataDirectoryError(`${join(folder, MARKER)} is damaged: it does not hold what this program wrote`);
  }
  if (layout > LAYOUT)
    throw new DataDirectoryError(`${folder} was written by a newer version (layout ${layout}, known is ${LAYOUT})`);
  return { layout, partitions, id };
};
