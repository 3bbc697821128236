import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { openLevel } from '../src/adapters/leveldb/open-level.js';
import { openNullSink } from '../src/simulator/load/null-sink.js';

/*
 * The parts and nothing between them, on one thread: sockets read, each body through `JSON.parse`, all that came meanwhile into LevelDB in one synced write, then
 * acknowledged. No sessions, no records, no order, no rules: what a server made of these parts could reach at most. Tells its port when it listens; ends when told so.
 */
const folder = await mkdtemp(join(tmpdir(), 'bare-path-'));
const db = await openLevel(folder, { cacheBytes: 8 * 1024 * 1024 });

interface Read {
  payloads: readonly Buffer[];
  answer(): void;
}
let waiting: Read[] = [];
let writing = false;
let written = 0;

const writeAll = async (): Promise<void> => {
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    const batch = db.batch();
    for (const { payloads } of group)
      for (const payload of payloads) {
        JSON.parse(payload.toString());
        const key = Buffer.allocUnsafe(8);
        key.writeDoubleBE(written++);
        batch.put(key, payload);
      }
    await batch.write({ sync: true });
    for (const { answer } of group) answer();
  }
  writing = false;
};

const { server, port } = await openNullSink((payloads, answer) => {
  waiting.push({ payloads, answer });
  if (writing) return;
  writing = true;
  setImmediate(() => void writeAll());
});
parentPort!.postMessage(port);
parentPort!.once('message', async () => {
  server.close();
  while (writing) await new Promise(resolve => setImmediate(resolve));
  await db.close();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
});
