// Proves: a pack that would unpack to more than any holds, that has too many files, or that lies about their size is refused in words, without the memory
// that it asks for; that a file without a name is a fault of the ZIP; one of usual size is opened.
import { expect, test } from '@jest/globals';
import { type Zippable, zipSync } from 'fflate';
import { openSealedZip } from './sealed-zip.js';

const MB = 1024 * 1024;
const zeros = new Uint8Array(8 * MB);
const bombOf = (files: number): Uint8Array =>
  zipSync(Object.fromEntries(Array.from({ length: files }, (_, n) => [`f${n}`, [zeros, { level: 9 }]])) as Zippable);

/** Writes another unpacked size into every header, as an attacker would. */
const sayingSize = (zip: Uint8Array, size: number): Uint8Array => {
  const changed = Buffer.from(zip);
  for (let at = 0; at < changed.length - 30; at++) {
    if (changed.readUInt32LE(at) === 0x04034b50) changed.writeUInt32LE(size, at + 22);
    if (changed.readUInt32LE(at) === 0x02014b50) changed.writeUInt32LE(size, at + 24);
  }
  return changed;
};

test('too much when unpacked', () => {
  const bomb = bombOf(3);
  expect(bomb.length).toBeLessThan(100_000);
  const { files, problem } = openSealedZip(bomb, { files: 10, unpackedBytes: 20 * MB });
  expect(problem).toMatch(/would unpack to 25165824 bytes/);
  expect(files.size).toBe(0);
});

test('four gigabytes that are told of in a few bytes are never made room for', () => {
  const before = process.memoryUsage().arrayBuffers;
  const { files, problem } = openSealedZip(sayingSize(bombOf(1), 0xffff_fff0));
  expect(problem).toMatch(/would unpack to 4294967280 bytes/);
  expect(files.size).toBe(0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MB);
});

test('more than was told is not unpacked', () => {
  const { files, problem } = openSealedZip(sayingSize(bombOf(1), 10));
  expect(problem).toBeDefined();
  expect(files.get('f0')?.length ?? 0).toBeLessThanOrEqual(10);
});

test('too many files', () => {
  const { files, problem } = openSealedZip(bombOf(5), { files: 4, unpackedBytes: 1_000 * MB });
  expect(problem).toMatch(/more than 4 files/);
  expect(files.size).toBe(0);
});

test('what fits is opened, and its seal is missed', () => {
  const { files, problem } = openSealedZip(zipSync({ a: new TextEncoder().encode('text') }));
  expect(problem).toMatch(/seal/);
  expect(Buffer.from(files.get('a')!).toString()).toBe('text');
});

test('a file whose name was taken from it is a fault of the ZIP', () => {
  const zip = Buffer.from(zipSync({ a: new TextEncoder().encode('text') }));
  const entry = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  zip.writeUInt16LE(0, entry + 28);
  const { files, problem } = openSealedZip(zip);
  expect(problem).toMatch(/no name/);
  expect(files.size).toBe(0);
});
