import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { atEnd } from './at-end.js';

/** Lines kept of each output: enough to tell why something failed. */
const keptLines = 2_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A child process with the end of what it said. It is killed when the test file ends. */
export interface SpawnedProcess {
  readonly pid: number;
  /** The last 2,000 lines of each. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Resolves when it is gone, and never rejects. */
  readonly exited: Promise<Exit>;
  hasExited(): boolean;
  /** Sends `signal`, waits for the end; past `graceMs` it sends SIGKILL. */
  end(signal: NodeJS.Signals, graceMs?: number): Promise<Exit>;
}

/** @throws {Error} where the program cannot be started */
export const spawnProcess = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<SpawnedProcess> => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = lastLines(child.stdout);
  const stderr = lastLines(child.stderr);
  let exit: Exit | undefined;
  const exited = new Promise<Exit>(resolve => {
    child.once('close', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  await started(child, command);
  const takeBack = atEnd(() => {
    if (exit === undefined) child.kill('SIGKILL');
    return exited;
  });
  void exited.then(takeBack);
  return {
    pid: child.pid as number,
    stdout,
    stderr,
    exited,
    hasExited: () => exit !== undefined,
    async end(signal, graceMs = 15_000) {
      if (exit !== undefined) return exit;
      child.kill(signal);
      const patience = new AbortController();
      const impatient = wait(graceMs, undefined, { signal: patience.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined,
      );
      await Promise.race([exited, impatient]);
      patience.abort();
      return exited;
    },
  };
};

const started = (child: ChildProcess, command: string): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', cause => reject(new Error(`${command} could not be started`, { cause })));
  });

const lastLines = (stream: Readable): readonly string[] => {
  const lines: string[] = [];
  createInterface({ input: stream }).on('line', line => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
  });
  return lines;
};
