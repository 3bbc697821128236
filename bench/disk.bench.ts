import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LevelJournal } from '../src/adapters/leveldb/leveldb-journal.js';
import { openLevel, sizeInLevel } from '../src/adapters/leveldb/open-level.js';
import { restClient } from '../tests/harness/rest-client.js';
import { startTelltale, type Telltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';
import { journalGroups } from './write-journal.js';

/** Of each way to send; `TELLTALE_BENCH_EVENTS=10000000` for more. */
const EVENTS = Number(process.env.TELLTALE_BENCH_EVENTS ?? 400_000);
const DAYS = 7;
const DAY = 86_400_000;
const PARTITIONS = 64;

/**
 * Bytes on disk for each event, by part, after a week as a server keeps it: vehicles drive for some while each day, each day is a sealed segment but the
 * last, and all of it was folded into state and SQL. In arrays of ten and one event a message.
 */
export const run = async (): Promise<Figure[]> => [...(await week(10)), ...(await week(1))];

const week = async (eventsPerMessage: number): Promise<Figure[]> => {
  // Ten minutes at 1 Hz a day and vehicle.
  const vehicles = Math.ceil(EVENTS / DAYS / 600);
  const server = await startTelltale({
    env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' },
    readyWithinMs: 120_000,
  });
  try {
    await server.stop();
    const directory = join(server.dataDir, 'journal');
    const journal = await LevelJournal.open({
      directory,
      partitions: PARTITIONS,
      segmentAge: DAY / 2,
      tailBytes: 1,
      writeAtOnce: 8_192,
    });
    const [began, perDay] = [Date.now() - DAYS * DAY, Math.floor(EVENTS / DAYS)];
    let events = 0;
    let bytes = 0;
    for (let day = 0; day < DAYS; day++) {
      for (const group of journalGroups({ vehicles, events: perDay, eventsPerMessage, from: began + day * DAY })) {
        await journal.append(group);
        for (const { header, body } of group) {
          if (header.kind !== 'message') continue;
          events += eventsPerMessage;
          bytes += body.length;
        }
      }
    }
    await journal.close();
    await server.restart();
    await folded(server);
    await server.stop();
    const parts = await partsOf(directory);
    const of = (name: string) => bytesBelow(join(server.dataDir, name));
    const journalBytes = await of('journal');
    const sql = (await of('telltale.sqlite')) + (await of('telltale.sqlite-wal'));
    const state = await of('state');
    const way = eventsPerMessage === 1 ? 'single' : `arrays_of_${eventsPerMessage}`;
    const figure = (name: string, value: number, note?: string): Figure => ({
      name: `disk.${way}.${name}`,
      value: value / events,
      unit: 'B/event',
      ...(note && { note }),
    });
    return [
      figure('payload', bytes, `as sent; ${events} events of ${vehicles} vehicles on ${DAYS} days`),
      figure('all', journalBytes + state + sql, `${((journalBytes + state + sql) / 1e6).toFixed(0)} MB, as files`),
      figure('journal.records', parts.records),
      figure('journal.index', parts.index),
      figure('journal.chain', parts.chain),
      figure('journal.logs', parts.logs, 'of LevelDB, not in tables yet: no more with more events'),
      figure(
        'state',
        state,
        `${(state / vehicles / 1e3).toFixed(1)} kB a vehicle: it grows with vehicles and trips, not with events`,
      ),
      figure('sql', sql, 'trips, tracks, days, alerts'),
    ];
  } finally {
    await server.stop();
  }
};

const folded = async (server: Telltale): Promise<void> => {
  const rest = restClient(server.http, server.adminToken);
  for (;;) {
    const { partitions, database } = await rest.get<{ partitions: { lag: number }[]; database: { pending_rows: number } }>(
      '/system',
    );
    if (partitions.every(({ lag }) => lag < 3) && database.pending_rows === 0) return;
    await sleep(300);
  }
};

/** Records lie in a segment's own LevelDB, index of vehicles and hash chains under keys of their own in that of its notes (`segment-notes.ts`). */
const partsOf = async (directory: string) => {
  const sum = { records: 0, index: 0, chain: 0, logs: 0 };
  for (const name of await readdir(directory)) {
    const segment = join(directory, name);
    const notes = join(segment, 'notes');
    for (const folder of [segment, notes])
      for (const file of await readdir(folder)) if (file.endsWith('.log')) sum.logs += (await stat(join(folder, file))).size;
    sum.records += await sizeBetween(segment, [0, 1]);
    sum.index += await sizeBetween(notes, [1, 2], [4, 5]);
    sum.chain += await sizeBetween(notes, [2, 4]);
  }
  return sum;
};

const sizeBetween = async (folder: string, ...ranges: [number, number][]): Promise<number> => {
  const db = await openLevel(folder, { cacheBytes: 1_000_000 });
  let sum = 0;
  for (const [from, to] of ranges) sum += await sizeInLevel(db, Uint8Array.of(from), Uint8Array.of(to));
  await db.close();
  return sum;
};

const bytesBelow = async (path: string): Promise<number> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found?.size ?? 0;
  let sum = 0;
  for (const name of await readdir(path)) sum += await bytesBelow(join(path, name));
  return sum;
};
