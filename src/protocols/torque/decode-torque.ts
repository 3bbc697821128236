import { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { looseNumber, looseQuantity } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { signalOfPid } from '../signal-names.js';

const utf8 = new TextDecoder();
const VALUE = /^k([0-9a-f]{1,8})$/i;
const MOST_KEYS = 1_000;
/** ff10xx and ff12xx are Torque's own: position, the phone's sensors, and what it computes. */
const OF_THE_APP = /^ff1[0-9a-f]{3}$/i;
const NO_VALUE = /^(?:(?:eml|v|session|id|time|notice|noticeClass)$|userUnit|userShortName|userFullName|defaultUnit|profile)/;

export const hasValues = (sent: URLSearchParams): boolean => {
  for (const key of sent.keys()) if (VALUE.test(key)) return true;
  return false;
};

/**
 * Decodes one upload: `k<pid>` without leading zeros, in metric units whatever the app shows. `kff1005` is the longitude and `kff1006` the
 * latitude. A key that comes twice has the same value twice. The phone's accelerations are in the phone's axes and stay out.
 * @see https://github.com/econpy/torque (torque_keys.csv)
 */
export const decodeTorque = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const query = utf8.decode(slice);
  const sent = new URLSearchParams(query);
  if (!hasValues(sent)) return decoding.done();
  const reading = decoding.begin(deviceInstant(sent.get('time')), query, sent.get('time'));
  if (reading === undefined) return decoding.done();

  const value = (id: string): string | null => sent.get(`kff${id}`);
  const [lat, lon, speed, altitude] = [value('1006'), value('1005'), value('1001'), value('1010')];
  const heading = value('1007') ?? value('123b');
  decoding.fix({ lat, lon, speed, heading, altitude, accuracy: value('1239'), sats: value('123a') }, reading);
  reading.externalVoltage = looseQuantity(value('1238'));

  const signals: Record<string, number> = {};
  let keys = 0;
  for (const [key, text] of sent) {
    if (++keys > MOST_KEYS) break;
    const pid = VALUE.exec(key)?.[1];
    const number = looseNumber(text);
    const signal = pid === undefined || pid.length > 2 ? undefined : signalOfPid(Number.parseInt(pid, 16));
    if (signal !== undefined) {
      if (number !== undefined) signals[signal] = number;
    } else if (!(pid === undefined ? NO_VALUE.test(key) : OF_THE_APP.test(pid))) decoding.unknown.add(key);
  }
  reading.signals = signals;
  reading.odometer = looseQuantity(signals.odometer);
  return decoding.done();
};
