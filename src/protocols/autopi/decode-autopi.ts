import type { Reading } from '../../model/reading.js';
import { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { dtcsAmong } from '../dtc-texts.js';
import { noObject } from '../fault-words.js';
import { looseNumber, looseObject, looseQuantity, looseText } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { signalNamed } from '../signal-names.js';

type Message = Record<string, unknown>;

/** The AutoPi's own word: a speed of FF is a read that failed. */
const FAILED_SPEED = 255;
/** About the AutoPi itself, and accelerations in the axes of the box, which are not the vehicle's. */
const OF_THE_BOX = /^(?:xyz|acc|acc\..*|ec2x\..*|rpi\..*|spm\..*|data_usage|temp|readout|context|gsm_location|alert)$/;

/**
 * Decodes what an AutoPi sends: one object over MQTT (`_type`, `_stamp`), an array over HTTP (`@t`, `@ts`), or lines of a trip export
 * (`obd.rpm.value`). Times are UTC with or without Z.
 * @see https://docs.autopi.io (send-device-data-to-own-server)
 */
export const decodeAutopi = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const value = decoding.json(slice);
  for (const element of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
    const message = looseObject(element);
    if (message === undefined) decoding.fault('wrong_type', noObject());
    else readMessage(message, context, decoding);
  }
  return decoding.done();
};

const readMessage = (message: Message, context: DecodeContext, decoding: Decoding): void => {
  const sent = looseText(message['@t'] ?? message._type);
  // Where the owner chose the topic, its last level is the type.
  const type = (sent ?? context.topic.slice(context.topic.lastIndexOf('/') + 1)).replace(/^(?:obd|track)\./, '');
  const change = changeOf(type, message, decoding);
  if (change === undefined) return;
  const time = message['@ts'] ?? message._stamp;
  const reading = decoding.begin(deviceInstant(time), message, time);
  if (reading !== undefined) change(reading);
};

/** What a message changes; undefined where it is no event of the vehicle. */
const changeOf = (type: string, message: Message, decoding: Decoding): ((reading: Reading) => void) | undefined => {
  if (type === 'pos') return reading => readPosition(message, reading, decoding);
  if (type === 'bat') {
    return reading => {
      reading.externalVoltage = looseQuantity(message.voltage);
    };
  }
  if (type === 'dtc') return reading => readCodes(message, reading, decoding);
  if (type.startsWith('event.') || message['@tag'] !== undefined) return reading => readEvent(message, reading);
  const signals = signalsOf(type, message, decoding);
  return signals === undefined
    ? undefined
    : reading => {
        reading.signals = signals;
        reading.odometer = looseQuantity(signals.odometer);
      };
};

const readPosition = (message: Message, reading: Reading, decoding: Decoding): void => {
  const { lat, lon } = looseObject(message.loc) ?? {};
  const { sog, cog, alt, nsat } = message;
  decoding.fix({ lat, lon, speed: sog, heading: cog, altitude: alt, sats: nsat }, reading);
};

const readCodes = (message: Message, reading: Reading, decoding: Decoding): void => {
  const values = Array.isArray(message.values) ? message.values : [];
  const { codes, others } = dtcsAmong(values.map(value => looseObject(value)?.code));
  for (const other of others) decoding.unknown.add(`dtc ${other}`);
  reading.dtcs = { stored: codes, pending: undefined, permanent: undefined, milOn: undefined };
};

const readEvent = (message: Message, reading: Reading): void => {
  const tag = message['@tag'];
  if (tag === 'vehicle/engine/running') reading.ignition = true;
  else if (tag === 'vehicle/engine/stopped' || tag === 'vehicle/engine/not_running') reading.ignition = false;
};

const signalsOf = (type: string, message: Message, decoding: Decoding): Record<string, number> | undefined => {
  const signals: Record<string, number> = {};
  const put = (name: string, value: unknown): void => {
    const number = looseNumber(value);
    const signal = signalNamed(name);
    if (signal === undefined) decoding.unknown.add(name);
    else if (number !== undefined && !(signal === 'vehicle_speed' && number === FAILED_SPEED)) signals[signal] = number;
  };
  const exported = Object.keys(message).filter(key => /^obd\..+\.value$/.test(key));
  for (const key of exported) put(key.slice('obd.'.length, -'.value'.length), message[key]);
  if (exported.length === 0) {
    if (message.value !== undefined) put(type, message.value);
    else if (!OF_THE_BOX.test(type)) decoding.unknown.add(type === '' ? 'message without a type' : type);
  }
  return Object.keys(signals).length === 0 ? undefined : signals;
};
