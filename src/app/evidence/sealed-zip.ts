import { createHash } from 'node:crypto';
import { strToU8, unzipSync, Zip, ZipDeflate } from 'fflate';

/** A file of a pack, in pieces. */
export interface PackFile {
  name: string;
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
}

const SEAL = 'telltale sha256 ';
const SEAL_BYTES = SEAL.length + 64;
/** End of central directory: its last two bytes are the length of the comment. */
const END_BYTES = 22;
/** One time for all: what a file system says of them proves nothing. */
const TIME = new Date(2020, 0, 1);

/**
 * A ZIP of files, made while it is read. Its comment is a seal, the SHA-256 of every byte before it, so that a change of what is no file's
 * content (a header, a name) is seen too. The seal finds damage; who forged it is stopped by the signature inside.
 */
export async function* sealedZip(files: AsyncIterable<PackFile>): AsyncGenerator<Uint8Array, void> {
  const ready: Uint8Array[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, data) => {
    if (error) failed = error;
    else ready.push(data);
  });
  const hash = createHash('sha256');
  const take = function* (keep: number): Iterable<Uint8Array> {
    if (failed) throw failed;
    while (ready.length > keep) {
      const piece = ready.shift()!;
      if (piece.length === 0) continue;
      hash.update(piece);
      yield piece;
    }
  };
  for await (const { name, pieces } of files) {
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = TIME;
    zip.add(file);
    for await (const piece of pieces) {
      file.push(typeof piece === 'string' ? strToU8(piece) : piece);
      yield* take(0);
    }
    file.push(new Uint8Array(0), true);
    yield* take(0);
  }
  zip.end();
  const end = Buffer.concat(ready.splice(0));
  end.writeUInt16LE(SEAL_BYTES, end.length - 2);
  hash.update(end);
  yield end;
  yield strToU8(`${SEAL}${hash.digest('hex')}`);
}

export interface OpenedZip {
  /** By name; undefined where it cannot be unpacked. */
  files: Map<string, Uint8Array | undefined>;
  /** What is wrong with the ZIP itself; undefined = its seal holds. */
  problem: string | undefined;
}

/** Far above what a pack of one trip holds: a day at 10 Hz is some 200 MB of records in six files. */
const MOST = { files: 64, unpackedBytes: 1024 * 1024 * 1024 };

/**
 * Unpacks a sealed ZIP, each file by itself, so that damage in one hides no other. What would unpack to more than a pack can hold is not unpacked: it
 * comes from anybody, and who checks it has memory to lose.
 */
export const openSealedZip = (bytes: Uint8Array, most = MOST): OpenedZip => {
  const seal = bytes.subarray(bytes.length - SEAL_BYTES);
  const hash = createHash('sha256')
    .update(bytes.subarray(0, bytes.length - SEAL_BYTES))
    .digest('hex');
  const sealed = bytes.length > SEAL_BYTES + END_BYTES && Buffer.from(seal).toString('latin1') === `${SEAL}${hash}`;
  let problem = sealed ? undefined : 'its seal does not hold: a byte was changed';
  const files = new Map<string, Uint8Array | undefined>();
  const names: string[] = [];
  let unpacked = 0;
  try {
    unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        unpacked += originalSize;
        if (names.length > most.files) throw new RangeError(`there are more than ${most.files} files in it`);
        return false;
      },
    });
  } catch (error) {
    return { files, problem: `it cannot be read: ${(error as Error).message}` };
  }
  // Each is unpacked into room of the size that was told, and no more.
  if (unpacked > most.unpackedBytes) return { files, problem: `it would unpack to ${unpacked} bytes, which no pack does` };
  for (const name of names) {
    if (name === '') {
      problem = 'a file in it has no name';
      continue;
    }
    if (files.has(name)) problem = `${name} is in it twice`;
    try {
      files.set(name, unzipSync(bytes, { filter: file => file.name === name })[name]);
    } catch {
      files.set(name, undefined);
    }
  }
  return { files, problem };
};
