import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Servers live in sbin, which is not on everybody's PATH. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/bin', '/opt/homebrew/sbin'];

/**
 * The first of `names` that can be run, on PATH or in a system folder.
 * @param {readonly string[]} names in order of preference
 * @returns {string | undefined} its absolute path
 */
export const findProgram = (...names) => {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...systemFolders];
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable);
};

/** @param {string} path */
const isExecutable = path => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
