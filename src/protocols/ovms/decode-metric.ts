import { beginsWithDay } from '../../model/calendar-day.js';
import type { Reading } from '../../model/reading.js';
import { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { cannotBe } from '../fault-words.js';
import type { FixPart, PartReading } from '../fix-part.js';
import { looseBoolean, looseNumber, looseQuantity, looseText } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';

const utf8 = new TextDecoder();
const MOST_BYTES = 4_096;

/**
 * Decodes one metric. An empty payload says "undefined". The time is the arrival: the module sends what changed, within a second.
 * Alerts, events and status lines are text for people; they are kept raw.
 * @see https://docs.openvehicles.com/en/latest/userguide/metrics.html
 */
export const decodeMetric = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const [, metric] = /^ovms\/[^/]+\/[^/]+\/metric\/(.+)$/.exec(context.topic) ?? [];
  if (metric === undefined || slice.length === 0) return decoding.done();
  const apply = METRICS.get(metric);
  if (apply === undefined) {
    if (!OF_THE_MODULE.test(metric)) decoding.unknown.add(metric);
    return decoding.done();
  }
  const text = slice.length > MOST_BYTES ? '' : utf8.decode(slice).trim();
  if (text === '') return decoding.done();
  const change = apply(text);
  if (change === undefined) {
    decoding.fault('wrong_type', cannotBe(metric, text));
    return decoding.done();
  }
  if (Object.keys(change).length === 0) return decoding.done();
  const reading = decoding.begin(undefined, `${metric}=${text}`);
  if (reading !== undefined) Object.assign(reading, change);
  return decoding.done();
};

/** Of the module itself, the server it talks to, and tables of cells and tyres that no signal stands for. */
const OF_THE_MODULE = /^(?:m|s)\/|^v\/(?:b\/c|tp|b\/p|g|i)\/|^v\/(?:type|m\/rpm|m\/temp)$/;

/** What a value changes; undefined where it is none. */
type Apply = (text: string) => Partial<PartReading> | undefined;

const part =
  (read: (text: string) => FixPart[keyof FixPart], name: keyof FixPart): Apply =>
  text => {
    const value = read(text);
    return value === undefined ? undefined : { fixPart: { [name]: value } };
  };
const within =
  (most: number) =>
  (text: string): number | undefined => {
    const value = looseNumber(text);
    return value !== undefined && Math.abs(value) <= most ? value : undefined;
  };
const signal =
  (name: string): Apply =>
  text => {
    const value = looseNumber(text);
    return value === undefined ? undefined : { signals: { [name]: value } };
  };
const flag =
  (name: 'ignition' | 'online'): Apply =>
  text => {
    const value = looseBoolean(text);
    return value === undefined ? undefined : ({ [name]: value } satisfies Partial<Reading>);
  };

/** Newer firmware names the zone by letters that mean several: such a time is left alone. */
const clock: Apply = text => {
  const time = deviceInstant(text) ?? 0;
  // A day that is not in the calendar, in a form that is known.
  if (Number.isNaN(time) && /^\d{4}-\d\d-\d\d/.test(text) && !beginsWithDay(text)) return undefined;
  return time > 0 ? { fixPart: { time } } : {};
};

const METRICS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['v/p/latitude', part(within(90), 'lat')],
  ['v/p/longitude', part(within(180), 'lon')],
  ['v/p/gpsspeed', part(looseQuantity, 'speed')],
  ['v/p/direction', part(looseQuantity, 'heading')],
  ['v/p/altitude', part(looseNumber, 'altitude')],
  ['v/p/gpshdop', part(looseQuantity, 'hdop')],
  ['v/p/satcount', part(looseQuantity, 'sats')],
  ['v/p/gpslock', part(looseBoolean, 'locked')],
  ['v/p/gpstime', clock],
  ['m/time/utc', clock],
  [
    'v/p/speed',
    text => {
      const speed = looseQuantity(text);
      return speed === undefined ? undefined : { signals: { vehicle_speed: speed }, fixPart: { wheelSpeed: speed } };
    },
  ],
  [
    'v/p/odometer',
    text => {
      const odometer = looseQuantity(text);
      return odometer === undefined ? undefined : { odometer, signals: { odometer } };
    },
  ],
  ['v/b/soc', signal('hybrid_battery_soc')],
  ['v/e/throttle', signal('accelerator_position_d')],
  ['v/e/temp', signal('ambient_air_temp')],
  ['v/e/on', flag('ignition')],
  ['s/v3/connected', flag('online')],
  [
    'v/b/12v/voltage',
    text => {
      const volts = looseQuantity(text);
      return volts === undefined ? undefined : { externalVoltage: volts };
    },
  ],
  [
    'v/vin',
    text => {
      const vin = looseText(text);
      return vin?.length === 17 ? { vin } : undefined;
    },
  ],
]);
