import { beginsWithDay } from '../../model/calendar-day.js';
import { isId } from '../../model/ids.js';
import { type Acceleration, emptyReading, noSignals, type Reading } from '../../model/reading.js';
import { recordOf } from '../../model/signal-columns.js';
import { hours } from '../../model/units.js';
import { atMost, mustBe, noDay, textOf, tooFarAhead } from '../fault-words.js';
import { readObdLines } from '../obd/read-obd-lines.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { EventFault, isNumber, wrong } from './event-fault.js';
import { readFix } from './read-fix.js';
import { readObdFindings } from './read-obd-findings.js';

/** A `ts` further ahead of its arrival than this is a broken clock (contract §3). */
export const FURTHEST_AHEAD = hours(24);
export const MOST_SIGNALS = 256;
export const MOST_LINES = 512;
export const DTC_FORM = /^[PCBU][0-3][0-9A-F]{3}$/;

/**
 * Reads one event of contract §3 into `decoded`: a reading, or a fault that names the first thing wrong with it.
 * @param inArray its text is then cut out for the quarantine; a lone event's record is kept as it is
 */
export const readEvent = (value: unknown, n: number, inArray: boolean, context: DecodeContext, decoded: Decoded): void => {
  const found = parse(value, n, context);
  if (!(found instanceof EventFault)) {
    decoded.readings.push(found);
    return;
  }
  decoded.faults.push({ n, reason: found.reason, ...found.words, part: inArray ? textOf(value) : undefined });
};

const parse = (value: unknown, n: number, context: DecodeContext): Reading | EventFault => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('the event', 'object', value);
  const event = value as Record<string, unknown>;
  const at = readInstant(event.ts);
  if (at instanceof EventFault) return at;
  if (at - context.received > FURTHEST_AHEAD) {
    return new EventFault('too_far_ahead', tooFarAhead(at, 'ts'));
  }
  const reading = emptyReading(at, context.received, context.device, context.offset, n);
  // Where there is a number, content is never asked for.
  if (event.seq == null) reading.source = value;
  return (
    readSequence(event.seq, reading) ??
    (event.gps == null ? undefined : readFix(event.gps, reading)) ??
    (event.signals == null ? undefined : readSignals(event.signals, reading)) ??
    (event.acc == null ? undefined : readAcceleration(event.acc, reading)) ??
    (event.dtc == null ? undefined : readDtcs(event.dtc, reading)) ??
    readScalars(event, reading) ??
    (event.obd == null ? undefined : readObd(event.obd, reading)) ??
    reading
  );
};

/** @returns epoch ms; ISO 8601 without a zone is UTC */
const readInstant = (ts: unknown): number | EventFault => {
  if (typeof ts === 'number') {
    if (Number.isFinite(ts) && ts >= 0 && ts <= 8.64e15) return Math.round(ts);
    return new EventFault('out_of_range', mustBe('ts', 'epoch_ms', ts));
  }
  if (typeof ts === 'bigint') return readInstant(Number(ts));
  if (ts instanceof Date) return readInstant(ts.getTime());
  if (typeof ts !== 'string') return wrong('ts', 'time', ts);
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(ts) ? ts : `${ts}Z`;
  const isDated = /^\d{4}-\d\d-\d\d[T ]/.test(ts);
  if (isDated && !beginsWithDay(ts)) return new EventFault('out_of_range', noDay('ts', ts));
  const at = isDated ? Date.parse(zoned) : Number.NaN;
  return Number.isFinite(at) && at >= 0 ? at : wrong('ts', 'time', ts);
};

const readSequence = (seq: unknown, reading: Reading): EventFault | undefined => {
  if (seq == null) return undefined;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) return wrong('seq', 'whole_number', seq);
  reading.seq = seq;
  return undefined;
};

const readSignals = (value: unknown, reading: Reading): EventFault | undefined => {
  if (typeof value !== 'object' || Array.isArray(value)) return wrong('signals', 'object', value);
  const names = Object.keys(value as object);
  if (names.length > MOST_SIGNALS) return new EventFault('out_of_range', atMost('signals', MOST_SIGNALS, names.length));
  const signals: Record<string, number> = {};
  for (const name of names) {
    if (name === '__proto__') continue;
    const signal = (value as Record<string, unknown>)[name];
    if (signal === null || signal === undefined) continue;
    if (typeof signal === 'number' && Number.isFinite(signal)) signals[name] = signal;
    else if (typeof signal === 'boolean') signals[name] = signal ? 1 : 0;
    // A text is kept raw with the record; it is no quantity.
    else if (typeof signal !== 'string') return wrong(`signals.${name}`, 'number', signal);
  }
  reading.signals = signals;
  return undefined;
};

const readAcceleration = (value: unknown, reading: Reading): EventFault | undefined => {
  if (typeof value !== 'object' || Array.isArray(value)) return wrong('acc', 'object', value);
  const { x, y, z } = value as Record<string, unknown>;
  if (!isNumber(x) || !isNumber(y) || !isNumber(z)) return wrong('acc', 'axes', value);
  reading.acc = value as Acceleration;
  return undefined;
};

const readDtcs = (value: unknown, reading: Reading): EventFault | undefined => {
  if (!Array.isArray(value)) return wrong('dtc', 'codes', value);
  const codes: string[] = [];
  for (const code of value) {
    const upper = typeof code === 'string' ? code.trim().toUpperCase() : '';
    if (!DTC_FORM.test(upper)) return wrong('dtc', 'code', code);
    codes.push(upper);
  }
  reading.dtcs = { stored: codes, pending: undefined, permanent: undefined, milOn: undefined };
  return undefined;
};

const readScalars = (event: Record<string, unknown>, reading: Reading): EventFault | undefined => {
  const { ignition, external_voltage: voltage, odometer_km: odometer, driver } = event;
  if (ignition != null) {
    if (typeof ignition !== 'boolean') return wrong('ignition', 'truth', ignition);
    reading.ignition = ignition;
  }
  if (voltage != null) {
    if (!isNumber(voltage)) return wrong('external_voltage', 'volts', voltage);
    reading.externalVoltage = voltage;
  }
  if (odometer != null) {
    if (!isNumber(odometer) || odometer < 0) return wrong('odometer_km', 'kilometres', odometer);
    reading.odometer = odometer;
  }
  if (driver != null) {
    if (typeof driver !== 'string' || !isId(driver)) return wrong('driver', 'id', driver);
    reading.driver = driver;
  }
  return undefined;
};

const readObd = (value: unknown, reading: Reading): EventFault | undefined => {
  const lines = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(lines) || lines.length > MOST_LINES) return wrong('obd', 'replies', value);
  for (const line of lines) if (typeof line !== 'string') return wrong('obd', 'reply_texts', line);
  // What the device decoded itself stays beside it; where both tell the same signal, the frame is the source.
  const signals = reading.signals === noSignals ? {} : recordOf(reading.signals);
  reading.signals = signals;
  readObdFindings(readObdLines(lines as string[], signals), reading);
  return undefined;
};
