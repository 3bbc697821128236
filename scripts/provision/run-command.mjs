import { spawn } from 'node:child_process';

/** Output kept of a command, from its end: a compiler or a package manager says what went wrong last. */
const keptBytes = 256 * 1024;

/**
 * Runs a command to its end and keeps what it said; never rejects because of its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options] `env` is added to this process's own
 * @returns {Promise<{ code: number, output: string }>} stdout and stderr as they came; code 127 where it could not be started
 */
export const runCommand = (command, args, { cwd, env } = {}) =>
  new Promise(resolve => {
    let output = '';
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-keptBytes);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', error => resolve({ code: 127, output: error.message }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 128, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
