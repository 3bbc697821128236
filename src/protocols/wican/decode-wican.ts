import { Decoding } from '../decoding.js';
import { noObject } from '../fault-words.js';
import { looseNumber, looseObject } from '../loose-values.js';
import { readObdLines } from '../obd/read-obd-lines.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { signalNamed, signalOfPid } from '../signal-names.js';
import { readObdFindings } from '../telltale-v1/read-obd-findings.js';
import { canLines } from './can-lines.js';

/**
 * Decodes a message of a WiCAN. Its `ts` is a counter that wraps after a minute: the time is the arrival.
 * What is no OBD reply and no value with a known name makes no event.
 * @see https://meatpihq.github.io/wican-fw/mqtt/usage
 */
export const decodeWican = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const value = slice.length === 0 ? undefined : decoding.json(slice);
  const message = looseObject(value);
  if (message === undefined) {
    if (value !== undefined) decoding.fault('wrong_type', noObject());
  } else if (message.status === 'online' || message.status === 'offline') {
    const reading = decoding.begin(undefined, message);
    if (reading !== undefined) reading.online = message.status === 'online';
  } else if (Array.isArray(message.frame)) {
    if (message.type !== 'tx') readFrames(message.frame, message, decoding);
  } else readNamed(message, context, decoding);
  return decoding.done();
};

const readFrames = (frames: readonly unknown[], message: unknown, decoding: Decoding): void => {
  const lines = canLines(frames, decoding.unknown);
  if (lines.length === 0) return;
  const signals: Record<string, number> = {};
  // Pieces of a long reply stand in one message or are lost: each is a record of its own.
  const found = readObdLines([lines.join('\r')], signals);
  for (const { kind } of found.errors) if (kind !== 'negative_response') decoding.unknown.add(`obd ${kind}`);
  const nothing = Object.keys(signals).length === 0 && !found.stored && !found.pending && !found.permanent && !found.vin;
  if (nothing && found.milOn === undefined) return;
  const reading = decoding.begin(undefined, message);
  if (reading === undefined) return;
  reading.signals = signals;
  readObdFindings(found, reading);
};

/** Values by names that the owner chose: theirs first, then what everybody calls them, then AutoPID's `0C-EngineRPM`. */
const readNamed = (message: Record<string, unknown>, { names }: DecodeContext, decoding: Decoding): void => {
  const signals: Record<string, number> = {};
  let volts: number | undefined;
  for (const [name, value] of Object.entries(message)) {
    const number = looseNumber(value);
    const signal = (names && Object.hasOwn(names, name) ? names[name] : undefined) ?? signalNamed(name) ?? ofAutoPid(name);
    if (number === undefined || name === 'ts') continue;
    if (VOLTAGE.test(name)) volts = number;
    else if (signal === undefined) decoding.unknown.add(name);
    else signals[signal] = number;
  }
  if (Object.keys(signals).length === 0 && volts === undefined) return;
  const reading = decoding.begin(undefined, message);
  if (reading === undefined) return;
  reading.signals = signals;
  reading.externalVoltage = volts;
  reading.odometer = signals.odometer;
};

const VOLTAGE = /^(?:battery_?voltage|adapter_?voltage)$/i;

const ofAutoPid = (name: string): string | undefined => {
  const pid = /^([0-9A-F]{2})-/i.exec(name)?.[1];
  return pid === undefined ? undefined : signalOfPid(Number.parseInt(pid, 16));
};
