import { execFile } from 'node:child_process';
import { statfs, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { atEnd } from './at-end.js';
import { tempDir } from './temp-dir.js';

const run = promisify(execFile);

/** An empty file system of its own, in memory; gone at the end. @returns its folder @throws {Error} where this user may not mount */
export const smallDisk = async (megabytes: number): Promise<string> => {
  const folder = await tempDir('disk');
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'telltale-test', folder]);
  atEnd(() => run('umount', ['-l', folder]));
  return folder;
};

/** Takes all that is left, down to the last page. */
export const fillDisk = async (folder: string, ballast: string): Promise<void> => {
  const { bavail, bsize } = await statfs(folder);
  for (let left = bavail * bsize; left >= bsize; left = Math.floor(left / 2)) {
    await writeFile(ballast, Buffer.alloc(left), { flag: 'a' }).catch(() => undefined);
  }
};
