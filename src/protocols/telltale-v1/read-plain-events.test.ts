// Proves: the short way reads exactly what the long way reads, or says nothing: over events of every kind, in any order of keys, with numbers and
// texts of any form, and over damaged bytes. And it does take what devices usually send.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recordOf } from '../../model/signal-columns.js';
import { compareReadings, isSameEvent } from '../../streams/fold/reading-order.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { readEvent } from './read-event.js';
import { readPayload } from './read-payload.js';
import { readPlainEvents } from './read-plain-events.js';

const context: DecodeContext = { device: 'd-1', topic: 'telltale/v1/d-1/events', received: 1_763_769_601_000, offset: 7 };

const longWay = (bytes: Uint8Array): Decoded => {
  const decoded: Decoded = { readings: [], faults: [] };
  const payload = readPayload(bytes);
  if ('fault' in payload) decoded.faults.push({ n: 0, ...payload.fault, part: undefined });
  else if (Array.isArray(payload.value))
    payload.value.forEach((value, n) => {
      readEvent(value, n, true, context, decoded);
    });
  else readEvent(payload.value, 0, false, context, decoded);
  return decoded;
};

/** −0 is not 0 here, NaN would be seen, and what was sent is compared by content. */
const agrees = (text: string | Uint8Array): boolean => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const short = readPlainEvents(bytes, context);
  if (short === undefined) return false;
  const { readings, faults } = longWay(bytes);
  expect(short.faults).toStrictEqual(faults);
  const bare = (list: typeof readings) =>
    list.map(({ source: _, ...reading }) => ({ ...reading, signals: recordOf(reading.signals) }));
  expect(bare(short.readings)).toStrictEqual(bare(readings));
  short.readings.forEach((reading, i) => {
    expect(JSON.stringify(reading.source)).toBe(JSON.stringify(readings[i]!.source));
    expect(isSameEvent(reading, readings[i]!)).toBe(true);
    expect(compareReadings(reading, readings[i]!)).toBe(0);
    expect(Object.keys(recordOf(reading.signals))).toEqual(Object.keys(recordOf(readings[i]!.signals)));
  });
  return true;
};

const typical =
  '{"ts": 1763769600000, "seq": 1201, "gps": {"lat": 42.2808, "lon": -83.7430, "speed_kmh": 48.2, "heading": 271, "alt_m": 250, "hdop": 0.9,' +
  ' "sats": 11, "accuracy_m": 4, "fix": true}, "obd": ["410C1AF8", "410D32", "41057B"], "acc": {"x": 0.3, "y": -3.9, "z": 9.8},' +
  ' "ignition": true, "external_voltage": 12.6, "odometer_km": 48210.4, "driver": "d-17"}';

describe('takes', () => {
  test.each([
    ['the event of the contract', typical],
    ['an array of them, with white space', ` [\n${typical} ,\t${typical}\r\n] `],
    ['no number, so content counts', '{"ts":1763769600000,"gps":{"lat":1.5,"lon":2}}'],
    ['signals as numbers and truths', '{"ts":1,"seq":1,"signals":{"engine_rpm":1726.25,"pto_active":true,"x":false,"":-0}}'],
    ['signals before frames', '{"ts":1,"seq":1,"signals":{"engine_rpm":1,"a":2},"obd":["410C1AF8"]}'],
    ['nothing but a time', '{"ts":1763769600000.4}'],
    ['null as absent', '{"ts":1,"seq":null,"gps":null,"obd":null,"signals":null,"acc":null,"ignition":null,"driver":null}'],
    ['a position that is none', '{"ts":1,"gps":{"lat":1,"lon":2,"fix":false}}'],
    ['no satellites', '{"ts":1,"gps":{"lat":1,"lon":2,"sats":0}}'],
    ['0/0', '{"ts":1,"gps":{"lat":0,"lon":0.0}}'],
    ['negative for unknown', '{"ts":1,"gps":{"lat":-1,"lon":-2,"speed_kmh":-1,"heading":-1,"alt_m":-3}}'],
    ['a frame told twice', '{"ts":1,"seq":2,"obd":["410C1AF8","410D32","410C0000","41057B"]}'],
    ['an odometer in a frame', '{"ts":1,"seq":2,"obd":["41A600012345"]}'],
    ['codes', '{"ts":1,"dtc":["P0301","U3FFF"]}'],
    ['empty lists', '{"ts":1,"signals":{},"obd":[],"dtc":[]}'],
    ['frames that are no bare ones', '{"ts":1,"obd":["NO DATA"]}'],
    ['trouble codes and readiness among frames', '{"ts":1,"obd":["410C1AF8","410100076500","4300","47010133","410D32"]}'],
    ['replies in pieces', '{"ts":1,"obd":["014","0:490201314434","1:47503030523535","2:42313233343536"]}'],
    [
      'what the event says itself, before and behind its replies',
      '{"ts":1,"dtc":["P0301"],"signals":{"a":1},"obd":["43010133","47010144","12.6V","41A600012345"],"external_voltage":12.1,"odometer_km":7}',
    ],
    ['codes of its own behind its replies', '{"ts":1,"obd":["43010133","47010144"],"dtc":["P0301"]}'],
  ])('%s', (_, text) => {
    expect(agrees(text)).toBe(true);
  });
});

test('an unusual event among plain ones, good or bad, does not take them with it', () => {
  const unusual = [
    '{"ts":1,"more":{"a":"}\\"{"}}',
    '{"ts":"x"}',
    '{"ts":1,"obd":["4300"],"more":1}',
    '{}',
    '{"ts":1,"driver":"\u00e4"}',
  ];
  for (const other of unusual) expect(agrees(`[${typical}, ${other} ,${typical}]`)).toBe(true);
  expect(agrees(`[{"ts":1,"x":1},${typical},{"ts":1,"x":1},${typical},{"ts":1,"x":1}]`)).toBe(false);
  expect(agrees(`[${typical},{"ts":1,"more":[}]},${typical}]`)).toBe(false);
  expect(agrees(`[${typical},{"ts":1,"more":"`)).toBe(false);
  expect(agrees(`[${typical},null]`)).toBe(false);
});

describe('leaves to the long way', () => {
  test.each([
    ['an unknown key', '{"ts":1,"more":1}'],
    ['a key twice', '{"ts":1,"ts":2}'],
    ['a key of a position twice', '{"ts":1,"gps":{"lat":1,"lat":2,"lon":1}}'],
    ['an escaped text', '{"ts":1,"driver":"a\\u0062"}'],
    ['text as time', '{"ts":"2026-11-22T00:00:00Z"}'],
    ['an exponent', '{"ts":1e3}'],
    ['more digits than are exact', '{"ts":1,"gps":{"lat":1.0000000000000002,"lon":1}}'],
    ['a reply that is no text', '{"ts":1,"obd":["NO DATA",1]}'],
    ['a reply with an escape', '{"ts":1,"obd":["NO\\u0020DATA"]}'],
    ['frames before signals', '{"ts":1,"obd":["410D32"],"signals":{"vehicle_speed":1}}'],
    ['a code in small letters', '{"ts":1,"dtc":["p0301"]}'],
    ['a signal that is null', '{"ts":1,"signals":{"a":null}}'],
    ['a signal with the name of a prototype', '{"ts":1,"signals":{"__proto__":1}}'],
    ['a position nowhere', '{"ts":1,"gps":{"lat":91,"lon":1}}'],
    ['an hour tomorrow', '{"ts":1763956000000}'],
    ['no time', '{"seq":1}'],
    ['an empty array', '[]'],
    ['an array in an array', '[[{"ts":1}]]'],
    ['something behind the end', '{"ts":1} x'],
    ['a zero too many', '{"ts":01}'],
    ['a comma too many', '{"ts":1,}'],
    ['a byte order mark', '\uFEFF{"ts":1}'],
    ['CBOR', Uint8Array.from([0xa1, 0x62, 0x74, 0x73, 0x01])],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(agrees(text)).toBe(false);
  });
});

const digits = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.integer({ min: -180, max: 180 }), fc.nat(999_999_999)).map(([whole, rest]) => `${whole}.${rest}`),
  fc.constantFrom('0', '-0', '0.0', '1.50', '-1', '100', '00', '1.', '.5', '-', '1e2', '9007199254740993', '0.1234567890123456'),
);
const frame = fc.constantFrom(
  '410C1AF8',
  '410d32',
  '41057B',
  '410C',
  '7E8 04 41 0C 1A F8',
  'NO DATA',
  '4300',
  '43010133',
  '47020133C100',
  '410100076500',
  '12.6V',
  '4100BE3EB811',
  '41A600012345',
  '',
);
const anything = fc.oneof({ weight: 6, arbitrary: digits }, fc.constantFrom('null', 'true', 'false', '"x"', '{}', '[]', '[1]'));
const objectOf = (keys: readonly string[], value: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: keys.length })
    .map(pairs => `{${pairs.map(([key, text]) => `"${key}": ${text}`).join(' ,')}}`);
const GPS = ['lat', 'lon', 'speed_kmh', 'heading', 'alt_m', 'hdop', 'sats', 'accuracy_m', 'fix', 'x'];
const part = fc.oneof(
  fc.tuple(
    fc.constantFrom('"ts"', '"ts"', '"seq"', '"odometer_km"', '"external_voltage"', '"ignition"', '"driver"', '"y"'),
    anything,
  ),
  fc.tuple(fc.constant('"gps"'), fc.oneof(objectOf(GPS, digits), objectOf(GPS, anything), anything)),
  fc.tuple(fc.constant('"signals"'), objectOf(['engine_rpm', 'vehicle_speed', 'a', '7', '3'], anything)),
  fc.tuple(fc.constant('"acc"'), objectOf(['x', 'y', 'z'], digits)),
  fc.tuple(
    fc.constant('"obd"'),
    fc.array(frame, { maxLength: 4 }).map(lines => JSON.stringify(lines)),
  ),
);
const event = fc
  .tuple(fc.integer({ min: 0, max: 1_763_769_600_000 }), fc.array(part, { maxLength: 6 }))
  .map(([ts, parts]) => `{"ts":${ts}${parts.map(([key, value]) => `,${key}:${value}`).join('')}}`);

test('whatever keys, values and orders: the same or nothing', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 3 }), fc.boolean(), (events, alone) => {
      if (agrees(alone ? events[0]! : `[${events.join(',')}]`)) taken++;
    }),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test('damaged bytes of a good message: the same or nothing', () => {
  const bytes = Buffer.from(`[${typical},${typical.replace('"seq": 1201, ', '')}]`);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(bytes.length), fc.integer({ min: 0, max: 255 }), (at, cut, byte) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = byte;
      agrees(damaged);
      agrees(damaged.subarray(0, cut));
      agrees(Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + (byte & 15)))]));
    }),
    { numRuns: 3_000 },
  );
});

test('numbers are what JSON.parse makes of them, to the last bit', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        digits,
        fc.tuple(fc.nat(99_999_999), fc.nat(9_999_999)).map(([a, b]) => `${a}.${b}`),
        fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 14 })).map(([a, zeros]) => `${a}.${'0'.repeat(zeros)}7`),
      ),
      text => void agrees(`{"ts":1,"signals":{"a":${text}}}`),
    ),
    { numRuns: 5_000 },
  );
});
