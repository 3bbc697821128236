import { pathToFileURL } from 'node:url';
import type { Bench, Figure } from './figure.js';

/** What a benchmark's process sends to the one that started it. */
export type Report = { figures: Figure[] } | { error: string };

// The child's side of `main.ts`: runs the file it is given, reports its figures, and ends even where a benchmark left something open.
const report = async (file: string): Promise<Report> => {
  try {
    const { run } = (await import(pathToFileURL(file).href)) as Bench;
    return { figures: await run() };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

const file = process.argv[2];
if (file === undefined) throw new Error('usage: run-one FILE');
process.once('disconnect', () => process.exit(0));
process.send?.(await report(file));
