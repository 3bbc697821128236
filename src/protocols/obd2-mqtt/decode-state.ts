import type { DtcReport } from '../../model/reading.js';
import { Decoding } from '../decoding.js';
import { dtcsAmong } from '../dtc-texts.js';
import { cannotBe, tooLong } from '../fault-words.js';
import { looseBoolean, looseNumber, looseObject, looseQuantity } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { signalNamed } from '../signal-names.js';
import { partsOfTopic } from './parts-of-topic.js';

const utf8 = new TextDecoder();
const MOST_BYTES = 16_384;

/** States of Home Assistant for "there is none". */
const NOTHING = new Set(['', 'unknown', 'unavailable', 'none', 'null', 'nan']);
/** Of the ESP32 and of the trip computer in it; a trip's distance is no odometer. */
const OF_THE_DEVICE = new Set(
  'cpuTemp freeMem uptime reconnects rssi signalStrength ipAddress network distTravelled gpsLocation averageSpeed'.split(' '),
);
const NO_CODES: DtcReport = { stored: undefined, pending: undefined, permanent: undefined, milOn: undefined };

/**
 * Decodes one state. The owner may edit the profile that names them: their own names go first. The time is the arrival.
 * @see https://github.com/adlerre/obd2-mqtt (facts of its default profile)
 */
export const decodeState = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const state = partsOfTopic(context.topic)?.state ?? '';
  if (slice.length > MOST_BYTES)
    decoding.fault('too_large', tooLong(`a state has at most ${MOST_BYTES} bytes`, slice.length, MOST_BYTES, 'bytes'));
  else if (state === 'gpsLocation/attributes') readPosition(slice, decoding);
  else if (state === 'DTCs' || state === 'DTCs/attributes') readCodes(slice, decoding);
  else if (!state.endsWith('/attributes')) readState(state, utf8.decode(slice).trim(), context, decoding);
  return decoding.done();
};

const readState = (state: string, text: string, { names }: DecodeContext, decoding: Decoding): void => {
  if (NOTHING.has(text.toLowerCase())) return;
  const source = `${state}=${text}`;
  if (text === 'online' || text === 'offline') {
    const reading = decoding.begin(undefined, source);
    if (reading !== undefined) reading.online = text === 'online';
    return;
  }
  const signal = (names && Object.hasOwn(names, state) ? names[state] : undefined) ?? signalNamed(state);
  const volts = state === 'batteryVoltage';
  if (signal === undefined && !volts) {
    if (!OF_THE_DEVICE.has(state)) decoding.unknown.add(state);
    return;
  }
  const lamp = signal === 'mil_on' ? looseBoolean(text) : undefined;
  const value = lamp === undefined ? looseNumber(text) : Number(lamp);
  if (value === undefined) {
    decoding.fault('wrong_type', cannotBe(state, text));
    return;
  }
  const reading = decoding.begin(undefined, source);
  if (reading === undefined) return;
  if (volts) reading.externalVoltage = value;
  else reading.signals = { [signal!]: value };
  if (lamp !== undefined) reading.dtcs = { ...NO_CODES, milOn: lamp };
  if (signal === 'odometer') reading.odometer = looseQuantity(value);
};

/** Both coordinates in one message: nothing to join. */
const readPosition = (slice: Uint8Array, decoding: Decoding): void => {
  const sent = looseObject(decoding.json(slice));
  if (sent === undefined) return;
  const { latitude: lat, longitude: lon, gps_accuracy: accuracy } = sent;
  if (looseNumber(lat) === undefined || looseNumber(lon) === undefined) return;
  const reading = decoding.begin(undefined, sent);
  if (reading !== undefined) decoding.fix({ lat, lon, accuracy }, reading);
};

const readCodes = (slice: Uint8Array, decoding: Decoding): void => {
  const text = utf8.decode(slice).trim();
  if (!text.startsWith('{')) return;
  const sent = looseObject(decoding.json(slice));
  if (!Array.isArray(sent?.dtc)) return;
  const { codes, others } = dtcsAmong(sent.dtc);
  for (const other of others) decoding.unknown.add(`dtc ${other}`);
  const reading = decoding.begin(undefined, `DTCs=${text}`);
  if (reading !== undefined) reading.dtcs = { ...NO_CODES, stored: codes };
};
