import { isId } from '../../model/ids.js';
import { emptyReading, noSignals, type Reading, type Signals } from '../../model/reading.js';
import { ColumnsInTheMaking, odometerIn, recordOf } from '../../model/signal-columns.js';
import { BareReply, decodeBareHexBytes } from '../obd/bare-hex.js';
import { type ObdFindings, readObdLines } from '../obd/read-obd-lines.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { JsonCursor, keyBytes, QUOTE } from './json-cursor.js';
import { NameTable } from './name-table.js';
import { DTC_FORM, FURTHEST_AHEAD, MOST_LINES, MOST_SIGNALS, readEvent } from './read-event.js';
import { fixOf } from './read-fix.js';
import { readObdFindings } from './read-obd-findings.js';
import { readPayload } from './read-payload.js';
import { SentText } from './sent-text.js';

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const N = 0x6e;

/** One set for all: nothing in here outlives a call but what it returns. */
const cursor = new JsonCursor();
const number = cursor.value;
const reply = new BareReply();
const columns = new ColumnsInTheMaking();
/** What the replies of the event told besides numbers. */
let findings: ObdFindings | undefined;
const names = new NameTable();
const drivers = new NameTable();
const codes = new NameTable();

/** So many events of an array may be unusual; with more of them it is cheaper to go the long way at once. */
const MOST_UNUSUAL = 2;

/**
 * Reads what nearly every message is, one event of contract §3 or an array of them in plain JSON, straight from the bytes into readings, in half
 * the time of JSON.parse and a look at what it made. An unusual event among plain ones goes the long way alone.
 * @returns undefined for everything that is unusual in any other way, right or wrong: then the long way has the word, for all of the message
 */
export const readPlainEvents = (bytes: Uint8Array, context: DecodeContext): Decoded | undefined => {
  cursor.begin(bytes);
  const decoded: Decoded = { readings: [], faults: [] };
  const first = cursor.next();
  if (first === OPEN_OBJECT) {
    const reading = readOne(context, 0);
    if (reading === undefined) return undefined;
    decoded.readings.push(reading);
  } else if (first !== OPEN_LIST || !readList(context, decoded)) return undefined;
  return cursor.next() === 0 && cursor.at === bytes.length ? decoded : undefined;
};

const readList = (context: DecodeContext, decoded: Decoded): boolean => {
  let unusual = 0;
  let n = 0;
  do {
    cursor.at++;
    if (cursor.next() !== OPEN_OBJECT) return false;
    const from = cursor.at;
    const reading = readOne(context, n);
    if (reading !== undefined) decoded.readings.push(reading);
    else if (++unusual > MOST_UNUSUAL || !readUnusual(from, n, context, decoded)) return false;
    n++;
  } while (cursor.next() === COMMA);
  return cursor.take(CLOSE_LIST);
};

const readUnusual = (from: number, n: number, context: DecodeContext, decoded: Decoded): boolean => {
  const to = cursor.skipObject(from);
  if (to === 0) return false;
  const payload = readPayload(cursor.bytes.subarray(from, to));
  if ('fault' in payload) return false;
  readEvent(payload.value, n, true, context, decoded);
  return true;
};

/** Each key once: JSON.parse lets the last one count. */
const TS = 1;
const SEQ = 2;
const GPS = 4;
const OBD = 8;
const SIGNALS = 16;
const ACC = 32;
const IGNITION = 64;
const VOLTAGE = 128;
const ODOMETER = 256;
const DRIVER = 512;
const DTC = 1_024;

const readOne = (context: DecodeContext, n: number): Reading | undefined => {
  if (!cursor.take(OPEN_OBJECT)) return undefined;
  const from = cursor.at - 1;
  const reading = emptyReading(Number.NaN, context.received, context.device, context.offset, n);
  let seen = 0;
  findings = undefined;
  do {
    const key = keyOf();
    if (key === 0 || (seen & key) !== 0) return undefined;
    seen |= key;
    // Not told; null is as good as absent.
    if (cursor.next() === N) {
      if (key === TS || !cursor.word('null')) return undefined;
    } else if (!readPart(key, seen, reading)) return undefined;
  } while (cursor.take(COMMA));
  if (!cursor.take(CLOSE_OBJECT)) return undefined;
  const { at } = reading;
  if (!(at >= 0 && at <= 8.64e15) || at - context.received > FURTHEST_AHEAD) return undefined;
  // What the event says itself goes before it, wherever that stood.
  if (findings !== undefined) readObdFindings(findings, reading);
  else if ((seen & OBD) !== 0) reading.odometer ??= odometerIn(reading.signals);
  if (reading.seq === undefined) reading.source = new SentText(cursor.bytes, from, cursor.at);
  return reading;
};

const keys = {
  ts: keyBytes('ts'),
  seq: keyBytes('seq'),
  signals: keyBytes('signals'),
  gps: keyBytes('gps'),
  obd: keyBytes('obd'),
  odometer: keyBytes('odometer_km'),
  acc: keyBytes('acc'),
  ignition: keyBytes('ignition'),
  voltage: keyBytes('external_voltage'),
  driver: keyBytes('driver'),
  dtc: keyBytes('dtc'),
};

/** By its first byte, then whole. */
const keyOf = (): number => {
  switch (cursor.key()) {
    case 0x74: // t
      return cursor.rest(keys.ts) ? TS : 0;
    case 0x73: // s
      if (cursor.rest(keys.seq)) return SEQ;
      return cursor.rest(keys.signals) ? SIGNALS : 0;
    case 0x67: // g
      return cursor.rest(keys.gps) ? GPS : 0;
    case 0x6f: // o
      if (cursor.rest(keys.obd)) return OBD;
      return cursor.rest(keys.odometer) ? ODOMETER : 0;
    case 0x61: // a
      return cursor.rest(keys.acc) ? ACC : 0;
    case 0x69: // i
      return cursor.rest(keys.ignition) ? IGNITION : 0;
    case 0x65: // e
      return cursor.rest(keys.voltage) ? VOLTAGE : 0;
    case 0x64: // d
      if (cursor.rest(keys.driver)) return DRIVER;
      return cursor.rest(keys.dtc) ? DTC : 0;
    default:
      return 0;
  }
};

/** @returns false where it is anything but plain and right */
const readPart = (key: number, seen: number, reading: Reading): boolean => {
  switch (key) {
    case TS:
      if (!cursor.number()) return false;
      reading.at = Math.round(number[0]!);
      return true;
    case SEQ:
      if (!cursor.number() || !Number.isSafeInteger(number[0])) return false;
      reading.seq = number[0]!;
      return true;
    case GPS:
      return readGps(reading);
    case OBD:
      return readObd(reading);
    case SIGNALS:
      // What the frames say goes over it.
      return (seen & OBD) === 0 && readSignals(reading);
    case DTC:
      return readDtcs(reading);
    case ACC:
      return readAcceleration(reading);
    case IGNITION:
      reading.ignition = cursor.word('true');
      return reading.ignition || cursor.word('false');
    case VOLTAGE:
      if (!cursor.number()) return false;
      reading.externalVoltage = number[0]!;
      return true;
    case ODOMETER:
      if (!cursor.number() || number[0]! < 0) return false;
      reading.odometer = number[0]!;
      return true;
    default: {
      if (!cursor.text()) return false;
      const driver = drivers.nameOf(cursor.bytes, cursor.from, cursor.to);
      reading.driver = driver;
      return isId(driver);
    }
  }
};

/** What of a position stands in the message, by its place here; NaN where it does not. */
const GPS_KEYS = ['lat', 'lon', 'speed_kmh', 'heading', 'alt_m', 'hdop', 'sats', 'accuracy_m'] as const;
const LAT = 0;
const LON = 1;
const SATS = 6;
const gps = new Float64Array(GPS_KEYS.length);

const readGps = (reading: Reading): boolean => {
  if (!cursor.take(OPEN_OBJECT)) return false;
  for (let place = 0; place < gps.length; place++) gps[place] = Number.NaN;
  let seen = 0;
  let claimed = true;
  do {
    const place = gpsPlaceOf();
    if (place < 0 || (seen & (1 << place)) !== 0) return false;
    seen |= 1 << place;
    if (cursor.next() === N) {
      if (!cursor.word('null')) return false;
    } else if (place === GPS_KEYS.length) {
      claimed = cursor.word('true');
      if (!claimed && !cursor.word('false')) return false;
    } else {
      if (!cursor.number()) return false;
      gps[place] = number[0]!;
    }
  } while (cursor.take(COMMA));
  if (!cursor.take(CLOSE_OBJECT)) return false;
  const lat = gps[LAT]!;
  const lon = gps[LON]!;
  if (!claimed || gps[SATS] === 0 || (Number.isNaN(lat) && Number.isNaN(lon))) return true;
  // Also where one of them is not told.
  if (!(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180)) return false;
  reading.fix = fixOf(lat, lon, gps[2]!, gps[3]!, gps[4]!, gps[5]!, gps[SATS], gps[7]!);
  return true;
};

const gpsBytes = GPS_KEYS.map(keyBytes);
const fixBytes = keyBytes('fix');

/** @returns the place in `GPS_KEYS`, behind them for `fix`, −1 for anything else */
const gpsPlaceOf = (): number => {
  switch (cursor.key()) {
    case 0x6c: // l
      if (cursor.rest(gpsBytes[0]!)) return 0;
      return cursor.rest(gpsBytes[1]!) ? 1 : -1;
    case 0x73: // s
      if (cursor.rest(gpsBytes[2]!)) return 2;
      return cursor.rest(gpsBytes[6]!) ? 6 : -1;
    case 0x68: // h
      if (cursor.rest(gpsBytes[3]!)) return 3;
      return cursor.rest(gpsBytes[5]!) ? 5 : -1;
    case 0x61: // a
      if (cursor.rest(gpsBytes[4]!)) return 4;
      return cursor.rest(gpsBytes[7]!) ? 7 : -1;
    case 0x66: // f
      return cursor.rest(fixBytes) ? GPS_KEYS.length : -1;
    default:
      return -1;
  }
};

const readObd = (reading: Reading): boolean => {
  if (!cursor.take(OPEN_LIST)) return false;
  const from = cursor.at - 1;
  columns.begin();
  if (!cursor.take(CLOSE_LIST) && !readFrames()) return readReplies(from, reading);
  const frames = columns.done();
  // Over what stood there before.
  reading.signals = reading.signals === noSignals ? frames : { ...reading.signals, ...recordOf(frames) };
  return true;
};

/**
 * Replies that are not all bare frames, such as trouble codes among them, by the full grammar of OBD: the event around them may be plain still.
 * @param from where their list begins
 */
const readReplies = (from: number, reading: Reading): boolean => {
  cursor.at = from;
  let lines = 0;
  do {
    cursor.at++;
    if (++lines > MOST_LINES || !cursor.text()) return false;
  } while (cursor.next() === COMMA);
  if (!cursor.take(CLOSE_LIST)) return false;
  const signals: Signals = { ...recordOf(reading.signals) };
  reading.signals = signals;
  findings = readObdLines(new SentText(cursor.bytes, from, cursor.at).toJSON() as string[], signals);
  return true;
};

/** Into the columns. */
const readFrames = (): boolean => {
  let lines = 0;
  do {
    if (++lines > MOST_LINES || !cursor.take(QUOTE)) return false;
    const digits = decodeBareHexBytes(cursor.bytes, cursor.at, reply);
    if (digits === 0) return false;
    cursor.at += digits;
    if (cursor.bytes[cursor.at] !== QUOTE) return false;
    cursor.at++;
    for (let k = 0; k < reply.count; k++) columns.add(reply.fields[k]!.name, reply.values[k]!);
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_LIST);
};

const readSignals = (reading: Reading): boolean => {
  if (!cursor.take(OPEN_OBJECT)) return false;
  const signals: Signals = {};
  reading.signals = signals;
  if (cursor.take(CLOSE_OBJECT)) return true;
  let count = 0;
  do {
    if (++count > MOST_SIGNALS || !cursor.anyKey()) return false;
    const name = names.nameOf(cursor.bytes, cursor.from, cursor.to);
    if (name === '__proto__') return false;
    // A truth is 0 or 1.
    if (cursor.number()) signals[name] = number[0]!;
    else if (cursor.word('true')) signals[name] = 1;
    else if (cursor.word('false')) signals[name] = 0;
    else return false;
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_OBJECT);
};

const readDtcs = (reading: Reading): boolean => {
  if (!cursor.take(OPEN_LIST)) return false;
  const stored: string[] = [];
  reading.dtcs = { stored, pending: undefined, permanent: undefined, milOn: undefined };
  if (cursor.take(CLOSE_LIST)) return true;
  do {
    if (!cursor.text()) return false;
    const code = codes.nameOf(cursor.bytes, cursor.from, cursor.to);
    if (!DTC_FORM.test(code)) return false;
    stored.push(code);
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_LIST);
};

const X = 0x78;
const axes = ['x', 'y', 'z'].map(keyBytes);
const acc = new Float64Array(3);

const readAcceleration = (reading: Reading): boolean => {
  if (!cursor.take(OPEN_OBJECT)) return false;
  let seen = 0;
  for (let part = 0; part < 3; part++) {
    if (part > 0 && !cursor.take(COMMA)) return false;
    const axis = cursor.key() - X;
    if (axis < 0 || axis > 2 || !cursor.rest(axes[axis]!) || !cursor.number()) return false;
    seen |= 1 << axis;
    acc[axis] = number[0]!;
  }
  // One told twice leaves another untold.
  if (seen !== 7) return false;
  reading.acc = { x: acc[0]!, y: acc[1]!, z: acc[2]! };
  return cursor.take(CLOSE_OBJECT);
};
