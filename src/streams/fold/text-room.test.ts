// Proves: what is put into the room reads as the text it was, also after the room had to grow, and after that it is free again; nobody gets it while somebody has it.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { TextRoom } from './text-room.js';

const read = (value: string | Uint8Array): string => (typeof value === 'string' ? value : Buffer.from(value).toString());

test('keeps each text until it is given back', () => {
  const room = new TextRoom();
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.nat(80_000).map(n => 'ä🚚x'.repeat(n / 4)),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), texts => {
      const mine = room.take()!;
      const values = texts.map(each => mine.put(each));
      expect(room.take()).toBeUndefined();
      expect(values.map(read)).toEqual(texts);
      mine.giveBack();
    }),
    { numRuns: 40 },
  );
});

test('what is more than the room may become stays a text', () => {
  const room = new TextRoom().take()!;
  const long = 'x'.repeat(6_000_000);
  expect(room.put(long)).toBe(long);
  expect(read(room.put('short'))).toBe('short');
  // Fifty megabytes: those that fit as bytes, the others as they are.
  const values = Array.from({ length: 500 }, (_, i) => room.put(`${i}`.padStart(100_000)));
  expect(values.map(value => read(value).trim())).toEqual(values.map((_, i) => `${i}`));
  expect(values.some(value => typeof value === 'string')).toBe(true);
  expect(values.some(value => typeof value !== 'string')).toBe(true);
});
