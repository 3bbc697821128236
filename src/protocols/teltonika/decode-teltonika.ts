import { CRASHED, HARSH_ACCELERATION, HARSH_BRAKING, HARSH_CORNERING, TOWED, UNPLUGGED } from '../../model/device-signals.js';
import type { Reading } from '../../model/reading.js';
import { Decoding } from '../decoding.js';
import { dtcsAmong } from '../dtc-texts.js';
import { damaged } from '../fault-words.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { AVL_SIGNALS, FIRST_OF_ADAPTERS, isPassedOver, numberOf } from './avl-elements.js';
import { type AvlRecord, COMMAND_CODECS, readAvlPacket } from './avl-packet.js';

const latin1 = new TextDecoder('latin1');

/** AVL ids that are no signal of the table. @see https://wiki.teltonika-gps.com/view/Template:FMB_AVL_ID_FMM_FMC */
const IGNITION = 239;
const SUPPLY_MV = 66;
const GNSS_STATUS = 69;
const HDOP_TENTHS = 182;
const DRIVER_KEY = 78;
const VIN = 256;
const FAULT_CODES = 281;
const GREEN_DRIVING = 253;
const GREEN_DRIVING_SIGNAL = [undefined, HARSH_ACCELERATION, HARSH_BRAKING, HARSH_CORNERING];
const LATEST = 8_640_000_000_000_000n;

/** Decodes one packet. Records in it may be hours apart and in any order. */
export const decodeTeltonika = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const codec = slice[0];
  if (codec !== undefined && COMMAND_CODECS.has(codec)) return decoding.done();
  const records = readAvlPacket(slice);
  if (records === undefined)
    decoding.fault('unreadable', damaged('records', `codec ${codec}: the records do not fit their packet`));
  for (const record of records ?? []) readRecord(record, decoding);
  return decoding.done();
};

const readRecord = (record: AvlRecord, decoding: Decoding): void => {
  const { at, lat, lon, altitude, angle, satellites, speed, io } = record;
  const elements = [...io].map(([id, bytes]) => `${id}=${Buffer.from(bytes).toString('hex')}`);
  const source = [lat, lon, altitude, angle, satellites, speed, ...elements].join(' ');
  const reading = decoding.begin(at > LATEST ? Number.NaN : Number(at), source);
  if (reading === undefined) return;
  const gnss = unsignedOf(io, GNSS_STATUS);
  const hdop = unsignedOf(io, HDOP_TENTHS);
  decoding.fix(
    {
      lat,
      lon,
      speed,
      heading: angle,
      altitude,
      sats: satellites,
      hdop: hdop === undefined ? undefined : hdop / 10,
      // Off, or looking for satellites: the position is an old one.
      valid: gnss === 0 || gnss === 2 ? false : undefined,
    },
    reading,
  );
  readElements(io, reading, decoding);
};

const readElements = (io: AvlRecord['io'], reading: Reading, decoding: Decoding): void => {
  const ignition = unsignedOf(io, IGNITION);
  if (ignition !== undefined) reading.ignition = ignition !== 0;
  const millivolts = unsignedOf(io, SUPPLY_MV);
  if (millivolts !== undefined) reading.externalVoltage = millivolts / 1_000;
  const key = io.get(DRIVER_KEY);
  if (key?.some(byte => byte !== 0)) reading.driver = Buffer.from(key).toString('hex').toUpperCase();
  const vin = textOf(io.get(VIN));
  if (vin?.length === 17) reading.vin = vin;
  const codes = textOf(io.get(FAULT_CODES));
  if (codes !== undefined) {
    const { codes: stored, others } = dtcsAmong(codes.split(','));
    for (const other of others) decoding.unknown.add(`dtc ${other}`);
    reading.dtcs = { stored, pending: undefined, permanent: undefined, milOn: undefined };
  }

  const signals: Record<string, number> = {};
  for (const [id, bytes] of io) {
    const signal = AVL_SIGNALS.get(id);
    const value = signal && numberOf(bytes, signal.signed);
    if (signal !== undefined && value !== undefined) {
      if (id < FIRST_OF_ADAPTERS || signals[signal.name] === undefined) signals[signal.name] = (value * signal.mul) / signal.div;
    } else if (signal === undefined && !isPassedOver(id)) decoding.unknown.add(`io ${id}`);
  }
  const harsh = GREEN_DRIVING_SIGNAL[unsignedOf(io, GREEN_DRIVING) ?? 0];
  if (harsh !== undefined) signals[harsh] = 1;
  for (const [id, name] of FLAGS) {
    const value = unsignedOf(io, id);
    if (value !== undefined) signals[name] = value === 0 ? 0 : 1;
  }
  reading.signals = signals;
  reading.odometer = signals.odometer;
};

const FLAGS = [
  [246, TOWED],
  [247, CRASHED],
  [252, UNPLUGGED],
] as const;

const unsignedOf = (io: AvlRecord['io'], id: number): number | undefined => numberOf(io.get(id), false);

/** ASCII without the NULs that fill it up; undefined where there is none. */
const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && bytes.length > 0 ? latin1.decode(bytes).replaceAll('\0', '').trim() : undefined;
