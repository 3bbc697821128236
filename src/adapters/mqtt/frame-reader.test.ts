import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader } from './frame-reader.js';

const lengthBytes = (length: number): number[] => {
  const bytes: number[] = [];
  do {
    bytes.push((length & 0x7f) | (length > 0x7f ? 0x80 : 0));
    length >>= 7;
  } while (length > 0);
  return bytes;
};
const frameOf = (body: Uint8Array): Buffer => Buffer.from([0x30, ...lengthBytes(body.length), ...body]);

// Proves: however the network cuts the stream, the same packets come out, and views handed out earlier stay as they were.
test('frames do not depend on how the bytes arrive', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(frameOf));
      const reader = new FrameReader(1_000);
      const views: Buffer[] = [];
      for (let at = 0, cut = 0; at < stream.length; cut++) {
        const size = cuts[cut % cuts.length]!;
        reader.push(Buffer.from(stream.subarray(at, at + size)));
        at += size;
        while (reader.next()) {
          views.push(reader.frame().subarray(reader.bodyOffset));
          reader.consume();
        }
      }
      expect(views.map(view => [...view])).toEqual(sent.map(body => [...body]));
      expect(reader.heldBytes).toBe(0);
    }),
    { numRuns: 500 },
  );
});

// Proves: a packet is looked at as often as asked until it is consumed, so that a reader that has to wait loses none.
test('a frame stays until it is consumed', () => {
  const reader = new FrameReader(1_000);
  reader.push(Buffer.concat([frameOf(Buffer.from('a')), frameOf(Buffer.from('b'))]));
  expect([reader.next(), reader.next()]).toEqual([true, true]);
  expect(reader.frame().toString('latin1').at(-1)).toBe('a');
  reader.push(frameOf(Buffer.from('c')));
  const bodies: string[] = [];
  while (reader.next()) {
    bodies.push(reader.frame().toString('latin1').at(-1)!);
    reader.consume();
  }
  expect(bodies).toEqual(['a', 'b', 'c']);
});

// Proves: a length that is too large or endless is refused when it is seen, before anything is stored for it.
test.each([
  ['too large', [0x30, 0xff, 0x7f]],
  ['endless', [0x30, 0x80, 0x80, 0x80, 0x80]],
])('a length that is %s', (_what, bytes) => {
  const reader = new FrameReader(1_000);
  reader.push(Buffer.from(bytes));
  expect(() => reader.next()).toThrow();
});
