import { readFile } from 'node:fs/promises';
import type { Random } from '../../src/simulator/random.js';
import type { Telltale } from '../harness/start-telltale.js';

/** What a scenario is given. */
export interface Torture {
  seed: string;
  random: Random;
  /** How often the fault comes, where it comes more than once. */
  rounds: number | undefined;
}

export interface Scenario {
  name: string;
  /** Completes "what it does to the server". */
  about: string;
  /** @returns what was seen, in one line @throws {Error} what was not as promised */
  run(torture: Torture): Promise<string>;
}

/** A start takes two seconds of a calm machine; how it is on a busy one is not what is tried. */
export const READY_MS = 240_000;

/** This machine cannot do it: said, and not counted as passed. */
export class CannotRun extends Error {}

export const hold = (truth: boolean, otherwise: string): void => {
  if (!truth) throw new Error(otherwise);
};

/** @throws {Error} the server has ended: how, and what it said last */
export const holdAlive = async ({ process: server }: Pick<Telltale, 'process'>, cause?: unknown): Promise<void> => {
  if (!server.hasExited()) return;
  const { code, signal } = await server.exited;
  const said = [...server.stdout.slice(-5), ...server.stderr.slice(-40)].join('\n');
  throw new Error(`the server ended, exit code ${code}, signal ${signal}; it said last:\n${said || 'nothing'}`, { cause });
};

/** Resident memory of a process in MB. */
export const residentMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
};
