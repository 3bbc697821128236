// Proves: after a start the index of the open segment, read from its pieces when it is first asked for, is the one that was there before: nothing is
// missing, doubled or out of order, whatever is added and written while it is being read.
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { pseudoRandom } from '../../../tests/harness/pseudo-random.js';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import { EVERY } from '../../model/record.js';
import { OpenIndex } from './open-index.js';
import { openLevel } from './open-level.js';

jest.setTimeout(60_000);

const PREFIX = 4;
const PIECE = 40;

test('whatever comes when, each key has its offsets, once and in order', async () => {
  const db = await openLevel(join(await tempDir('index'), 'level'), { cacheBytes: 1_000_000 });
  for (let seed = 1; seed <= 6; seed++) {
    await db.clear();
    const random = pseudoRandom(seed * 7_919);
    const expected = new Map<string, number[]>();
    const durable: [string, number][] = [];
    let offset = Math.floor(random() * 2 ** 33);
    let index = await OpenIndex.open(db, PREFIX, PIECE);
    const asked: Promise<unknown>[] = [];
    for (let step = 0; step < 60; step++) {
      // As a segment does it: a piece is on its way while the next records come.
      const piece = db.batch();
      const due = index.isDue() || random() < 0.05;
      if (due) index.putPiece(piece);
      const early = random() < 0.5;
      const write = async () => {
        await piece.write({ sync: false });
        index.wrote();
      };
      if (due && early) await write();
      for (let many = 1 + Math.floor(random() * 30); many > 0; many--) {
        const key = random() < 0.02 ? EVERY : `v-${Math.floor(random() * 9)}`;
        offset += 1 + Math.floor(random() ** 8 * 100_000);
        index.add(key, offset);
        durable.push([key, offset]);
        expected.set(key, [...(expected.get(key) ?? []), offset]);
      }
      if (due && !early) await write();
      if (!due) await piece.close();
      if (random() < 0.1) asked.push(index.offsetsOf('v-1'));
      if (random() < 0.2) {
        await Promise.all(asked.splice(0));
        index = await OpenIndex.open(db, PREFIX, PIECE);
        // What is behind the last piece is read again from the records.
        for (const [key, at] of durable) if (at > index.to) index.add(key, at);
      }
      if (random() > 0.15) continue;
      for (const [key, offsets] of expected)
        expect({ seed, key, offsets: (await index.offsetsOf(key))?.between(0, offset) }).toEqual({ seed, key, offsets });
    }
    const all = await index.all();
    expect(new Map([...all].map(([key, list]) => [key, list.between(0, offset)]))).toEqual(expected);
    const gone = db.batch();
    await index.delPieces(gone);
    await gone.write({ sync: false });
    expect(await db.keys({ gte: Uint8Array.of(PREFIX), lt: Uint8Array.of(PREFIX + 1) }).all()).toEqual([]);
  }
  await db.close();
});
