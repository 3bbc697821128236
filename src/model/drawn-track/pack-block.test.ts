// Proves: points come back from their text as they went in, block by block, whatever is told or not, and through JSON, also behind those that a version before
// packed; and a drive takes two fifths of what its numbers take.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyPoint } from '../../../tests/harness/any-point.js';
import { BLOCK, eachPacked, KNOWN_NUMBERS, packBlock } from './pack-block.js';
import {
  ACCELERATION,
  HEADING,
  LAT,
  LON,
  MOST_ELAPSED,
  NUMBERS_PER_POINT,
  type PointCodes,
  RPM,
  SPEED,
  THROTTLE,
  writePoint,
} from './pack-point.js';

const nothingKnown = (): number[] => Array<number>(KNOWN_NUMBERS).fill(0);

const packed = (points: readonly PointCodes[], before = '', known = nothingKnown()): string => {
  let text = before;
  for (let at = 0; at < points.length; at += BLOCK) {
    const numbers: number[] = [];
    for (const point of points.slice(at, at + BLOCK)) writePoint(numbers, numbers.length, point);
    text = packBlock(text, known, numbers, 0);
  }
  return text;
};

const unpacked = (text: string): PointCodes[] => {
  const points: PointCodes[] = [];
  eachPacked(text, point => points.push({ ...point }));
  return points;
};

describe('a block of points', () => {
  test('comes back with every code of every point, as does all before it', () => {
    const blocks = fc.integer({ min: 1, max: 5 }).chain(n => fc.array(anyPoint, { minLength: n * BLOCK, maxLength: n * BLOCK }));
    const inOrder = blocks.map(points => {
      const times = points.map(({ elapsed }) => elapsed).sort((a, b) => a - b);
      return points.map((point, i) => ({ ...point, elapsed: times[i]! }));
    });
    fc.assert(
      fc.property(inOrder, points => {
        const text = packed(points);
        // No sign that JSON writes as two, nor one of two bytes.
        expect(JSON.stringify(text)).toBe(`"${text}"`);
        expect(text).toMatch(/^[\x21-\x7e]*$/);
        expect(unpacked(text)).toEqual(points);
      }),
    );
  });

  test('comes back where the text is longer than any before', () => {
    const POINTS = 200 * BLOCK;
    const wild = (i: number): PointCodes => ({
      elapsed: Math.floor((i / POINTS) * MOST_ELAPSED),
      speed: (i * 2_659) % SPEED.codes,
      acceleration: (i * 9_973) % ACCELERATION.codes,
      lat: (i * 1_299_709_357) % LAT.codes,
      heading: (i * 1_999) % HEADING.codes,
      throttle: (i * 773) % THROTTLE.codes,
      lon: (i * 2_750_159_341) % LON.codes,
      rpm: (i * 31_337) % RPM.codes,
    });
    const points = Array.from({ length: POINTS }, (_, i) => wild(i));
    expect(packed(points).length).toBeGreaterThan(16_384);
    expect(unpacked(packed(points))).toEqual(points);
  });

  test('of a drive at 1 Hz takes two fifths of the bytes that its numbers take', () => {
    const points = Array.from({ length: 20 * BLOCK }, (_, i) => ({
      elapsed: i * 1_000,
      speed: 501 + 10 * Math.round(8 * Math.sin(i / 3)),
      acceleration: 8_000 + Math.round(100 * Math.cos(i / 3)),
      lat: 1_400_000_001 + 10 * (i * 125 + ((i * 37) % 5)),
      heading: 901 + 10 * ((i * 13) % 3),
      throttle: 200 + ((i * 29) % 90),
      lon: 1_900_000_001 + 10 * (i * 90 + ((i * 53) % 5)),
      rpm: 8_000 + ((i * 97) % 500),
    }));
    expect(unpacked(packed(points))).toEqual(points);
    expect(packed(points).length).toBeLessThan(points.length * NUMBERS_PER_POINT * 8 * 0.4);
  });

  test('goes on behind blocks of before', () => {
    const before = Array.from({ length: 16 }, (_, i) => pointOfBefore(i));
    expect(unpacked(TEXT_OF_BEFORE)).toEqual(before);
    const known = [...KNOWN_BEFORE, 0];
    const after = Array.from({ length: 3 * BLOCK }, (_, i) => pointOfBefore(16 + i));
    expect(unpacked(packed(after, TEXT_OF_BEFORE, known))).toEqual([...before, ...after]);
  });
});

/** Two blocks of the version before, which packed eight points at once, and the newest codes as it kept them. */
const TEXT_OF_BEFORE =
  "-#$C^NbJR^NbJR^cH+T`=5QL$####I+###7E#########%+##CP-###P<###b9YaC>_2T&####'####+####3####C#####$####%####K##Rc$?#*##W#*SU%R%7$M#8C-3(K%['KcS#&&//SS#&&;USS#,#;U#K##K##K#1$^_#C&#1#[#C&#1#[##&./B)U3IH)*C$C,5,^IH'ZMP]cASUQcBE_CbQ&-MX=P9N8HD<;))6A;)ID<;)3444,?Z@Z@*";
const KNOWN_BEFORE = [1006641848023, 5872154894691543, 124517426864391];

const pointOfBefore = (i: number): PointCodes => ({
  elapsed: 1_000 * i + (i % 3),
  speed: i % 5 === 0 ? 0 : 500 + 3 * i,
  acceleration: 8_000 - 7 * i,
  lat: i === 4 ? 0 : 1_400_000_001 + 137 * i * i,
  heading: 901 + 10 * i,
  throttle: i % 2 ? 200 + i : 0,
  lon: 1_900_000_001 - 990 * i,
  rpm: 8_000 + ((i * 97) % 500),
});
