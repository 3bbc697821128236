import { Level } from 'level';
import { DataDirectoryError, DataDirectoryLockedError } from './errors.js';

/**
 * Opens one LevelDB directory with byte keys and values.
 * @throws {DataDirectoryLockedError} another process has it   @throws {DataDirectoryError} it is damaged or not a LevelDB
 */
export const openLevel = async (directory: string, cacheBytes: number): Promise<Level<Uint8Array, Uint8Array>> => {
  const db = new Level<Uint8Array, Uint8Array>(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    cacheSize: cacheBytes,
    writeBufferSize: 16 * 1024 * 1024,
  });
  try {
    await db.open();
  } catch (error) {
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    if (cause?.code === 'LEVEL_LOCKED') {
      throw new DataDirectoryLockedError(`another process has ${directory} open`, { directory }, { cause: error });
    }
    throw new DataDirectoryError(
      `${directory} cannot be opened: ${cause?.message ?? String(error)}`,
      { directory },
      { cause: error },
    );
  }
  return db;
};
