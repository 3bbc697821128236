import { Level } from 'level';
import { DataDirectoryError, DataDirectoryLockedError } from './errors.js';

export interface LevelSizes {
  /** Of tables, uncompressed, in memory. */
  cacheBytes: number;
  /** What is compressed in one go. */
  blockBytes?: number;
  /** What is kept in memory before it becomes a table; twice as much while it does. */
  writeBufferBytes?: number;
}

/**
 * Opens one LevelDB directory with byte keys and values.
 * @throws {DataDirectoryLockedError} another process has it   @throws {DataDirectoryError} it is damaged or not a LevelDB
 */
export const openLevel = async (
  directory: string,
  { cacheBytes, blockBytes = 4_096, writeBufferBytes = 16 * 1024 * 1024 }: LevelSizes,
): Promise<Level<Uint8Array, Uint8Array>> => {
  const db = new Level<Uint8Array, Uint8Array>(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    cacheSize: cacheBytes,
    blockSize: blockBytes,
    writeBufferSize: writeBufferBytes,
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

/** `level` hides what only the native LevelDB can do. */
interface NativeLevel {
  compactRange(from: Uint8Array, to: Uint8Array): Promise<void>;
  approximateSize(from: Uint8Array, to: Uint8Array): Promise<number>;
}

/** Writes what stands in the log into a table, and what lies under these keys together. */
export const compactLevel = (db: Level<Uint8Array, Uint8Array>, from: Uint8Array, to: Uint8Array): Promise<void> =>
  (db as unknown as NativeLevel).compactRange(from, to);

/** Bytes in tables under keys from `from` to `to`, about. */
export const sizeInLevel = (db: Level<Uint8Array, Uint8Array>, from: Uint8Array, to: Uint8Array): Promise<number> =>
  (db as unknown as NativeLevel).approximateSize(from, to);
