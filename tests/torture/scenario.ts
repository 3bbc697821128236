import { readFile } from 'node:fs/promises';
import type { Random } from '../../src/simulator/random.js';

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

/** This machine cannot do it: said, and not counted as passed. */
export class CannotRun extends Error {}

export const hold = (truth: boolean, otherwise: string): void => {
  if (!truth) throw new Error(otherwise);
};

/** Resident memory of a process in MB. */
export const residentMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
};
