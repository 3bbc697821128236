// Proves that positions sent in halves are joined per device, survive JSON between them, and leave other readings alone.
import { expect, test } from '@jest/globals';
import { emptyReading, type FixPart, type Reading } from '../../model/reading.js';
import { newFoldMemory } from './fold-memory.js';
import { wholeReading } from './whole-reading.js';

const half = (device: string, at: number, fixPart: FixPart): Reading => ({ ...emptyReading(at, at, device, 1, 0), fixPart });

test('two halves of one device make a position, those of two devices do not', () => {
  const memory = newFoldMemory();
  expect(wholeReading(memory, half('a', 1_000, { lat: 52 })).fix).toBeUndefined();
  expect(wholeReading(memory, half('b', 1_100, { lon: 9 })).fix).toBeUndefined();
  const kept = JSON.parse(JSON.stringify(memory));
  expect(wholeReading(kept, half('a', 1_200, { lon: 8 })).fix).toMatchObject({ lat: 52, lon: 8 });
});

test('a reading without halves is the same object', () => {
  const reading = emptyReading(1, 1, 'a', 1, 0);
  expect(wholeReading(newFoldMemory(), reading)).toBe(reading);
});
