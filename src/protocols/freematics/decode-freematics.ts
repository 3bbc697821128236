import { Decoding } from '../decoding.js';
import { damaged } from '../fault-words.js';
import { looseNumber, looseQuantity } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { signalOfPid } from '../signal-names.js';
import { clockInstant } from './clock-instant.js';
import { type FreematicsFrame, readFreematicsFrame } from './read-frame.js';

const latin1 = new TextDecoder('latin1');
const VIN = /^[A-HJ-NPR-Z0-9]{17}$/;
/** Accelerations and turns are in the axes of the box; HDOP and temperature change their scale with the firmware. */
const PASSED_OVER = new Set('0 10 11 12 20 21 22 23 30 81 82 83'.split(' '));

type Pairs = FreematicsFrame['pairs'];

/**
 * Decodes one datagram: records that begin with the device's own milliseconds (`0`), or an event. PIDs of mode 01 stand behind a 1 and are
 * in their units already.
 * @see https://freematics.com/pages/hub/api/
 */
export const decodeFreematics = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const frame = readFreematicsFrame(latin1.decode(slice));
  if (typeof frame === 'string') decoding.fault('unreadable', damaged(frame, `no whole datagram: ${frame}`));
  else if (frame.pairs.some(([key]) => key === 'EV')) readEvent(frame.pairs, decoding);
  else for (const record of recordsIn(frame.pairs)) readRecord(record, context, decoding);
  return decoding.done();
};

/** Of an event only the VIN is news; that the device was heard, the record says. */
const readEvent = (pairs: Pairs, decoding: Decoding): void => {
  const vin = pairs.find(([key]) => key === 'VIN')?.[1];
  if (vin === undefined || !VIN.test(vin)) return;
  const reading = decoding.begin(undefined, `VIN=${vin}`);
  if (reading !== undefined) reading.vin = vin;
};

function* recordsIn(pairs: Pairs): Generator<Pairs> {
  let from = 0;
  for (let i = 1; i <= pairs.length; i++) {
    if (i < pairs.length && pairs[i]![0] !== '0') continue;
    yield pairs.slice(from, i);
    from = i;
  }
}

const readRecord = (pairs: Pairs, { received }: DecodeContext, decoding: Decoding): void => {
  const sent = new Map(pairs);
  const values = pairs.filter(([key]) => key !== '0');
  if (values.length === 0) return;
  const at = clockInstant(sent.get('10'), sent.get('11'), received);
  const time = [sent.get('11'), sent.get('10')].filter(part => part !== undefined).join(' ');
  const reading = decoding.begin(at, pairs.map(pair => pair.join(':')).join(','), time);
  if (reading === undefined) return;
  const value = (key: string): string | undefined => sent.get(key);
  decoding.fix(
    { lat: value('A'), lon: value('B'), altitude: value('C'), speed: value('D'), heading: value('E'), sats: value('F') },
    reading,
  );
  const hundredths = looseQuantity(value('24'));
  if (hundredths !== undefined) reading.externalVoltage = hundredths / 100;

  const signals: Record<string, number> = {};
  for (const [key, text] of values) {
    const pid = /^1([0-9A-F]{2})$/.exec(key)?.[1];
    const signal = pid === undefined ? undefined : signalOfPid(Number.parseInt(pid, 16));
    const number = looseNumber(text);
    if (signal !== undefined && number !== undefined) signals[signal] = number;
    else if (signal === undefined && !/^(?:[A-F]|24)$/.test(key) && !PASSED_OVER.has(key)) decoding.unknown.add(key);
  }
  reading.signals = signals;
  reading.odometer = looseQuantity(signals.odometer);
};
