import type { Fix, Reading } from '../../model/reading.js';
import { recordOf } from '../../model/signal-columns.js';

/** An event in the shape of contract §3; what is not known has no key. */
export type EventDocument = Record<string, unknown>;

/** Signals that are true or false; inside they are 1 and 0. */
const BOOLEAN_SIGNALS = new Set(['mil_on', 'pto_active', 'dtc_clear_ack']);

/** Writes a reading as an event. */
export const eventDocument = (reading: Reading): EventDocument =>
  compact({
    ts: reading.at,
    gps: reading.fix && gpsOf(reading.fix),
    signals: signalsOf(recordOf(reading.signals)),
    acc: reading.acc,
    dtc: reading.dtcs?.stored,
    dtc_pending: reading.dtcs?.pending,
    dtc_permanent: reading.dtcs?.permanent,
    ignition: reading.ignition,
    external_voltage: reading.externalVoltage,
    odometer_km: reading.odometer,
    driver: reading.driver,
    vin: reading.vin,
    seq: reading.seq,
  });

/** Whether a reading tells only that the device is there, or whose it is: no event of the vehicle. */
export const isStatusOnly = (reading: Reading): boolean =>
  (reading.online !== undefined || reading.vin !== undefined) &&
  Object.keys(eventDocument({ ...reading, vin: undefined })).length === 1;

const gpsOf = ({ lat, lon, speed, heading, altitude, hdop, sats, accuracy }: Fix): EventDocument =>
  compact({ lat, lon, speed_kmh: speed, heading, alt_m: altitude, hdop, sats, accuracy_m: accuracy });

const signalsOf = (signals: Readonly<Record<string, number>>): EventDocument | undefined => {
  const entries = Object.entries(signals).map(([name, value]) => [name, BOOLEAN_SIGNALS.has(name) ? value !== 0 : value]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

const compact = (document: EventDocument): EventDocument =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
