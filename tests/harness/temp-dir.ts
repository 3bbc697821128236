import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.js';

/** An empty folder of its own, with a short path (sockets need one), deleted when the test file ends. */
export const tempDir = async (name = 'test'): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), `tt-${name}-`));
  atEnd(() => rm(path, { recursive: true, force: true }));
  return path;
};
