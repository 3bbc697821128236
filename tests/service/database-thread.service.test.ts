import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { databaseContract } from '../../src/adapters/sql/database-contract.js';
import { type DatabaseOptions, openDatabase } from '../../src/adapters/sql/open-database.js';
import { sampleTrip, tripRow } from '../../src/adapters/sql/sample-rows.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';

/** A worker cannot load TypeScript: this one comes from the build. */
const thread = pathToFileURL(resolve('dist/src/adapters/sql/database-thread.js'));
const folder = tempDir('thread');
const open = async (name: string, more: DatabaseOptions = {}) =>
  openDatabase({ file: join(await folder, `${name}.db`), thread, ...more });

/** Niceness of each thread of this process: the 19th field of proc(5), the 17th behind the name. */
const niceness = (): number[] =>
  readdirSync('/proc/self/task').map(thread => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });

describe('database on its own thread', () => {
  // Across the thread's border everything is as on this side of it: rows, tracks, errors with their classes.
  databaseContract(open);

  // Proves: what cannot be opened is told by openDatabase with its own error, not by a thread that keeps dying.
  test('is refused as it is on this side', async () => {
    await expect(open('x', { url: 'nonsense' })).rejects.toMatchObject({ code: 'DATABASE_ADDRESS', fault: 'bug' });
  });

  // Proves: calls beyond the bound are refused and counted; closing answers what is outstanding first.
  test('bounds what is outstanding', async () => {
    const restartAfter = { first: 10, longest: 100 };
    const database = await open('bounded', { limits: { thread: { outstanding: 3, restartAfter, closeWithin: 5_000 } } });
    await database.migrate();
    const answers = Promise.allSettled(Array.from({ length: 5 }, () => database.ping()));
    await database.close();
    expect((await answers).map(answer => answer.status)).toEqual([...Array(3).fill('fulfilled'), ...Array(2).fill('rejected')]);
    expect(database.counters).toEqual({ retries: 0, refused: 2, restarts: 0 });
    await expect(database.ping()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  // Proves: it stands back where processors are scarce, and it alone: nothing else of the process becomes nicer.
  (process.platform === 'linux' ? test : test.skip)('gives way to others', async () => {
    const own = getPriority();
    const nicer = () => niceness().filter(nice => nice === Math.min(19, own + 5)).length;
    const before = nicer();
    const database = await open('nice');
    await database.migrate();
    expect(nicer()).toBe(before + 1);
    expect(getPriority()).toBe(own);
    await database.close();
  });

  // Proves: a thread that dies in a call is an outage for that call, and another takes its place; what was written stays.
  test('is replaced when it dies', async () => {
    const mortal = join(await folder, 'mortal-thread.mjs');
    await writeFile(
      mortal,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ name }) => { if (name === 'deleteSession') throw new Error('struck'); });
       await import(${JSON.stringify(thread.href)});`,
    );
    const database = await open('dying', { thread: pathToFileURL(mortal) });
    await database.migrate();
    await database.writeRollUps([tripRow(sampleTrip(1))], new Map());
    const struck = await database.deleteSession('x').catch((error: Error) => error);
    expect(struck).toMatchObject({ code: 'DATABASE_UNAVAILABLE', fault: 'outage' });
    expect((struck as Error).message).toBe('the database thread ended during deleteSession: struck');
    await expect(database.ping()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await waitFor('another thread', async () => (await database.trip(sampleTrip(1).id)) !== undefined);
    expect(database.counters.restarts).toBe(1);
    await database.close();
  });
});
