// Proves: in every format that writes its times, a day or an hour that no calendar and no clock has is a fault that names it, and never the time that an
// engine makes of it (the 30th of February is no 2nd of March); the last days of months and of leap years are times as ever.
import { describe, expect, test } from '@jest/globals';
import { encode } from 'cbor-x';
import { decodeAutopi } from './autopi/decode-autopi.js';
import { decodeFlespi } from './flespi/decode-flespi.js';
import { decodeFreematics } from './freematics/decode-freematics.js';
import { sum8 } from './freematics/read-frame.js';
import { decodeOpenxc } from './openxc/decode-openxc.js';
import { decodeOsmand } from './osmand/decode-osmand.js';
import { decodeMetric } from './ovms/decode-metric.js';
import { decodeOwntracks } from './owntracks/decode-owntracks.js';
import type { DecodeContext, Decoded } from './protocol.js';
import { decodeQueclink } from './queclink/decode-queclink.js';
import { telltaleV1 } from './telltale-v1/telltale-v1.js';
import { decodeTorque } from './torque/decode-torque.js';

interface Way {
  /** @param day `YYYY-MM-DD` @param time `HH:MM:SS` */
  decode(day: string, time: string, context: DecodeContext): Decoded;
  /** How the time stands in what was sent. */
  shown?(day: string, time: string): string;
}

const context = (topic: string): DecodeContext => ({ device: 'd', topic, received: Date.UTC(2028, 11, 31), offset: 1 });
const digits = (text: string): string => text.replaceAll(/\D/g, '');
const ofTracker = (day: string): string => `${day.slice(8)}${day.slice(5, 7)}${day.slice(2, 4)}`;

const freematics = (day: string, time: string): Buffer => {
  const body = `ABCD1234#0:1000,11:${ofTracker(day)},10:${digits(time)}00,A:47.5,B:8.25`;
  return Buffer.from(`${body}*${sum8(body).toString(16)}`);
};
/** CBOR tag 0: a time as text. */
const tagged = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xa2]), encode('ts'), Buffer.from([0xc0]), encode(text), encode('ignition'), encode(true)]);

const ways: Record<string, Way> = {
  'telltale-v1': { decode: (d, t, c) => telltaleV1.decode(Buffer.from(`{"ts":"${d}T${t}Z","seq":1}`), c) },
  'telltale-v1 among plain events': {
    decode: (d, t, c) => {
      const { readings, ...rest } = telltaleV1.decode(Buffer.from(`[{"ts":1,"seq":1},{"ts":"${d} ${t}","seq":2},{"ts":2}]`), c);
      expect(readings.map(({ at }) => at)).toEqual(expect.arrayContaining([1, 2]));
      return { readings: readings.filter(({ at }) => at > 2), ...rest };
    },
  },
  'telltale-v1 as CBOR': { decode: (d, t, c) => telltaleV1.decode(tagged(`${d}T${t}Z`), c) },
  autopi: {
    decode: (d, t, c) => decodeAutopi(Buffer.from(JSON.stringify({ '@t': 'obd.rpm', '@ts': `${d}T${t}Z`, value: 900 })), c),
  },
  flespi: {
    decode: (d, t, c) =>
      decodeFlespi(Buffer.from(JSON.stringify([{ ident: '1', timestamp: `${d} ${t}`, 'position.speed': 3 }])), c),
  },
  freematics: { decode: (d, t, c) => decodeFreematics(freematics(d, t), c), shown: ofTracker },
  openxc: {
    decode: (d, t, c) =>
      decodeOpenxc(Buffer.from(JSON.stringify({ name: 'vehicle_speed', value: 40, timestamp: `${d} ${t}` })), c),
  },
  'osmand query': { decode: (d, t, c) => decodeOsmand(Buffer.from(`id=1&lat=47.5&lon=8.25&timestamp=${d}T${t}Z`), c) },
  'osmand JSON': {
    decode: (d, t, c) => {
      const location = { timestamp: `${d}T${t}.000Z`, coords: { latitude: 47.5, longitude: 8.25 } };
      return decodeOsmand(Buffer.from(JSON.stringify({ location, device_id: '1' })), c);
    },
  },
  ovms: { decode: (d, t, c) => decodeMetric(Buffer.from(`${d} ${t} UTC`), { ...c, topic: 'ovms/u/v/metric/v/p/gpstime' }) },
  owntracks: {
    decode: (d, t, c) =>
      decodeOwntracks(Buffer.from(JSON.stringify({ _type: 'location', lat: 47.5, lon: 8.25, tst: `${d}T${t}Z` })), c),
  },
  queclink: {
    decode: (d, t, c) =>
      decodeQueclink(
        Buffer.from(
          `+RESP:GTFRI,270302,860000000000011,WVWZZZ1JZXW000001,,12800,10,1,1,40.5,90,400.0,8.250000,47.500000,${digits(d + t)},0228,0001,0A0B,0C0D,00,1000.0,,,,100,210100,,,,20260921141325,00A1$`,
        ),
        c,
      ),
    shown: digits,
  },
  torque: { decode: (d, t, c) => decodeTorque(Buffer.from(`id=1&time=${d}T${t}Z&kd=50`), c) },
};

const impossible = [
  ['2026-02-29', '10:00:00'],
  ['2026-02-30', '10:00:00'],
  ['2028-02-30', '10:00:00'],
  ['2026-04-31', '10:00:00'],
  ['2026-11-31', '23:59:59'],
  ['2026-13-01', '10:00:00'],
  ['2026-00-10', '10:00:00'],
  ['2026-02-00', '10:00:00'],
  ['2026-02-32', '10:00:00'],
  ['2026-02-28', '24:30:00'],
  ['2026-02-28', '10:60:00'],
  ['2026-02-28', '10:00:61'],
] as const;
const possible = [
  ['2026-02-28', '23:59:59'],
  ['2028-02-29', '10:00:00'],
  ['2026-12-31', '00:00:00'],
  ['2026-04-30', '10:00:00'],
] as const;

describe.each(Object.entries(ways))('%s', (name, { decode, shown = day => day }) => {
  test.each(impossible)('%s %s is no time', (day, time) => {
    // OVMS: the time of the arrival counts, and forms of times that nobody knows are left alone; only that of a day that is none is a fault.
    if (name === 'ovms' && !/-(?:00|29|3\d)$|-(?:00|13)-/.test(day)) return;
    const { readings, faults } = decode(day, time, context('t'));
    expect(readings).toEqual([]);
    expect(faults).toHaveLength(1);
    expect(faults[0]!.reason).toMatch(/^(?:wrong_type|out_of_range)$/);
    expect(faults[0]!.detail).toContain(shown(day, time));
  });

  test.each(possible)('%s %s is one', (day, time) => {
    const { readings, faults } = decode(day, time, context('t'));
    expect(faults).toEqual([]);
    expect(readings).toHaveLength(1);
    if (name !== 'ovms') expect(new Date(readings[0]!.at).toISOString()).toBe(`${day}T${time}.000Z`);
  });
});
