// Proves: the index of the open segment is the one that was there before, nothing missing, doubled or out of order, whatever is added, asked and written while it is
// read or leaves memory; killed between any two writes, it is made of what is on disk and the records behind it; sealed, with kills on the way, it says the same;
// and what it holds in memory does not grow with what was added.
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { pseudoRandom } from '../../../tests/harness/pseudo-random.js';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import { EVERY } from '../../model/record.js';
import { OpenIndex } from './open-index.js';
import { openLevel } from './open-level.js';

jest.setTimeout(60_000);

const PREFIXES = { pieces: 4, spilled: 5 };
const SIZES = { piece: 40, pieces: 4, slices: 3 };
const KEYS = ['v', 'v-', ...Array.from({ length: 9 }, (_, i) => `v-${i}`), 'v-1\u0000', 'ö'];

test('whatever comes when, each key has its offsets, once and in order', async () => {
  const db = await openLevel(join(await tempDir('index'), 'level'), { cacheBytes: 1_000_000 });
  let spills = 0;
  for (let seed = 1; seed <= 8; seed++) {
    await db.clear();
    const random = pseudoRandom(seed * 7_919);
    const expected = new Map<string, number[]>();
    const durable: [string, number][] = [];
    const first = Math.floor(random() * 2 ** 33);
    let offset = first;
    let index = await OpenIndex.open(db, PREFIXES, SIZES);
    const asked: Promise<unknown>[] = [];
    const startAgain = async () => {
      await Promise.all(asked.splice(0));
      index = await OpenIndex.open(db, PREFIXES, SIZES);
      // What is behind the last piece is read again from the records.
      for (const [key, at] of durable) if (at > index.to) index.add(key, at);
    };
    const check = async (from: number, to: number) => {
      for (const [key, offsets] of expected) {
        const wanted = offsets.filter(at => at >= from && at <= to);
        expect({ seed, key, offsets: await index.between(key, from, to) }).toEqual({ seed, key, offsets: wanted });
      }
    };
    for (let step = 0; step < 80; step++) {
      // As a segment does it: a piece is on its way while the next records come.
      const piece = db.batch();
      const due = index.isDue() || random() < 0.05;
      if (due) index.putPiece(piece);
      // Killed while it was on its way, and it did not get there.
      const lost = due && random() < 0.1;
      const early = random() < 0.5;
      const write = async () => {
        await piece.write({ sync: false });
        index.wrote();
      };
      if (due && !lost && early) await write();
      for (let many = 1 + Math.floor(random() * 30); many > 0; many--) {
        const key = random() < 0.02 ? EVERY : KEYS[Math.floor(random() * KEYS.length)]!;
        offset += 1 + Math.floor(random() ** 8 * 100_000);
        index.add(key, offset);
        durable.push([key, offset]);
        expected.set(key, [...(expected.get(key) ?? []), offset]);
      }
      if (due && !lost && !early) await write();
      if (!due || lost) await piece.close();
      if (random() < 0.1) asked.push(index.between('v-1', 0, offset));
      // It got there, and what it meant was not heard any more.
      if (lost || random() < 0.1) await startAgain();
      if (random() < 0.04) await check(0, offset);
      const from = first + Math.floor(random() * (offset - first));
      if (random() < 0.04) await check(from, from + Math.floor(random() * (offset - from)));
    }
    spills += index.spilled.to > 0 ? 1 : 0;
    for (let left = 3; left >= 0; left--) {
      // Killed amid it, at another place each time.
      let turns = Math.floor(random() * 3);
      await index.spillAll(() => left > 0 && turns-- <= 0);
      await check(0, offset);
      if (left > 0) await startAgain();
    }
    expect(index.spilled.to).toBe(offset);
    expect(index.ofFacts().between(0, offset)).toEqual(expected.get(EVERY) ?? []);
    const gone = db.batch();
    await index.delPieces(gone);
    await gone.write({ sync: false });
    expect(await db.keys({ gte: Uint8Array.of(4), lt: Uint8Array.of(5) }).all()).toEqual([]);
    await check(0, offset);
  }
  expect(spills).toBeGreaterThan(4);
  await db.close();
});

test('what is in memory and in pieces is bounded, however much was added', async () => {
  const db = await openLevel(join(await tempDir('index'), 'level'), { cacheBytes: 1_000_000 });
  let index = await OpenIndex.open(db, PREFIXES, SIZES);
  let offset = 0;
  for (let piece = 0; piece < 100; piece++) {
    // After a start, too, where nobody asks for what is in pieces.
    if (piece === 50) index = await OpenIndex.open(db, PREFIXES, SIZES);
    for (let i = 0; i < SIZES.piece; i++) index.add(KEYS[i % KEYS.length]!, ++offset);
    const batch = db.batch();
    index.putPiece(batch);
    await batch.write({ sync: false });
    index.wrote();
    // For what is read in the background.
    await index.between('v', 0, 0);
    await new Promise(resolve => setTimeout(resolve, 1));
    const pieces = await db.keys({ gte: Uint8Array.of(4), lt: Uint8Array.of(5) }).all();
    expect(pieces.length).toBeLessThanOrEqual(2 * SIZES.pieces + SIZES.slices);
    expect(offset - index.spilled.to).toBeLessThanOrEqual((2 * SIZES.pieces + SIZES.slices) * SIZES.piece);
  }
  expect(await index.between('v', 0, offset)).toHaveLength(
    Math.ceil(offset / SIZES.piece) * Math.ceil(SIZES.piece / KEYS.length),
  );
  await db.close();
});
