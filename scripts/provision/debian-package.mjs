import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findProgram } from './find-program.mjs';
import { runCommand } from './run-command.mjs';

/** Fetched packages stay here between runs; the folder may be deleted at any time. */
const packageCache = resolve(import.meta.dirname, '../../.cache/debian');

const quiet = ['-qq', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', '-o', 'APT::Sandbox::User=root'];
const nonInteractive = { DEBIAN_FRONTEND: 'noninteractive' };

const isDebian = () => findProgram('apt-get') !== undefined && findProgram('dpkg') !== undefined;
const isRoot = () => process.getuid?.() === 0;

/** apt takes one caller at a time; three provisioners ask at once. */
let turn = Promise.resolve();
/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
const inTurn = work => {
  const result = turn.then(work);
  turn = result.then(
    () => undefined,
    () => undefined,
  );
  return result;
};

/** @param {readonly string[]} args */
const apt = async args => {
  const { code, output } = await runCommand('apt-get', args, { env: nonInteractive });
  if (code !== 0) throw new Error(`apt-get ${args.at(-1)} failed: ${output.trim().split('\n').at(-1)}`);
};

/** @type {Promise<void> | undefined} */
let listsOfThisRun;

/**
 * Installs packages into the system. Only for packages that bring no service: a test run must not leave one behind.
 * @param {readonly string[]} packages
 * @returns {Promise<boolean>} false where this user may not install
 * @throws {Error} with apt's last line
 */
export const installPackages = packages =>
  inTurn(async () => {
    if (!isDebian() || !isRoot()) return false;
    listsOfThisRun ??= apt(['update', '-qq']);
    await listsOfThisRun;
    // What is lost in a power cut is fetched again; syncing every file takes longer than the download.
    await apt(['install', ...quiet, '-o', 'Dpkg::Options::=--force-unsafe-io', ...packages]);
    return true;
  });

/**
 * Unpacks packages and what they depend on, beyond what the system has, into the project's cache: needs no root, changes nothing outside.
 * @param {string} name folder of its own below the cache
 * @param {readonly string[]} packages
 * @param {{ cache?: string, statusFile?: string }} [options] `statusFile`: what counts as installed (dpkg's status)
 * @returns {Promise<string>} the folder that stands for `/`
 * @throws {Error} where this is not Debian, or with apt's last line
 */
export const unpackPackages = (name, packages, { cache = packageCache, statusFile = '/var/lib/dpkg/status' } = {}) =>
  inTurn(async () => {
    const root = join(cache, name);
    if (existsSync(root)) return root;
    if (!isDebian()) throw new Error('this system has no apt-get');
    const apts = join(cache, 'apt');
    const partial = `${root}.partial`;
    const archives = join(apts, 'archives', name);
    await rm(partial, { recursive: true, force: true });
    for (const folder of [join(archives, 'partial'), join(apts, 'lists/partial'), partial])
      await mkdir(folder, { recursive: true });
    const ownState = [
      ...['-o', `Dir::State=${apts}`, '-o', `Dir::State::lists=${join(apts, 'lists')}`, '-o', `Dir::State::status=${statusFile}`],
      ...['-o', `Dir::Cache=${apts}`, '-o', `Dir::Cache::archives=${archives}`, '-o', 'Debug::NoLocking=1'],
    ];
    await apt([...ownState, 'update', '-qq']);
    // Reinstall: a package that the system says it has, but whose program was not found, is fetched all the same.
    await apt([...ownState, 'install', ...quiet, '--download-only', '--reinstall', ...packages]);
    for (const file of (await readdir(archives)).filter(file => file.endsWith('.deb'))) {
      const { code, output } = await runCommand('dpkg', ['-x', join(archives, file), partial]);
      if (code !== 0) throw new Error(`dpkg -x ${file} failed: ${output.trim()}`);
    }
    await rename(partial, root); // Only what is whole gets the name that later runs look for.
    await rm(archives, { recursive: true, force: true });
    return root;
  });

/**
 * A small script that runs a program of an unpacked tree with the tree's own libraries and fonts.
 * @param {string} root the tree @param {string} program its path below the tree
 * @returns {Promise<string>} absolute path of the script
 */
export const writeLauncher = async (root, program) => {
  const launcher = join(root, 'launch', program.split('/').at(-1) ?? program);
  const fonts = join(root, 'launch', 'fonts.conf');
  await mkdir(join(root, 'launch'), { recursive: true });
  await writeFile(fonts, fontConfiguration(root));
  const libraries = await libraryFolders(root);
  const script = [
    '#!/bin/sh',
    `export LD_LIBRARY_PATH="${libraries.join(':')}"`,
    `export FONTCONFIG_FILE="\${FONTCONFIG_FILE:-${fonts}}"`,
    `exec "${join(root, program)}" "$@"`,
  ];
  await writeFile(launcher, `${script.join('\n')}\n`);
  await chmod(launcher, 0o755);
  return launcher;
};

/** @param {string} root */
const libraryFolders = async root => {
  const folders = [];
  for (const base of [join(root, 'usr/lib'), join(root, 'lib')].filter(existsSync)) {
    for (const triplet of (await readdir(base)).filter(entry => entry.includes('-linux-gnu'))) {
      folders.push(join(base, triplet), join(base, triplet, 'pulseaudio'));
    }
  }
  return folders.filter(existsSync);
};

/** @param {string} root */
const fontConfiguration = root => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${join(root, 'usr/share/fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(root, 'launch/font-cache')}</cachedir>
</fontconfig>
`;
