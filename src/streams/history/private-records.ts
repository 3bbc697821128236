import type { Reading } from '../../model/reading.js';
import type { Offset } from '../../model/record.js';
import { recordOf } from '../../model/signal-columns.js';
import type { Instant } from '../../model/units.js';
import { isKnownSignal } from '../../protocols/obd/unit-of-signal.js';
import type { Attributes } from '../fold/attributes.js';
import { privateTimes } from '../fold/private-times.js';

/** Says of an event, by where its record stands and when it happened, whether its vehicle was driven privately then. */
export type IsPrivate = (offset: Offset, at: Instant) => boolean;

export const neverPrivate: IsPrivate = () => false;

/** @param attributes what the registry said of the vehicle, ascending */
export const privacyOf = (attributes: readonly Attributes[]): IsPrivate => {
  if (!attributes.some(({ private: mode }) => mode)) return neverPrivate;
  const modes = attributes.map(({ offset, private: mode }) => ({ offset, hidden: privateTimes(mode) }));
  return (offset, at) => modes.findLast(mode => mode.offset <= offset)?.hidden(at) ?? false;
};

/**
 * A reading without a place. Only what is known to be none stays: a format's own fields and signals that nobody knows may be one.
 * In the form of an event of ours, whatever the device sent.
 */
export const withoutPlace = ({ at, seq, signals, acc, dtcs, ignition, externalVoltage, odometer, driver }: Reading): unknown => ({
  private: true,
  ts: at,
  seq,
  signals: Object.fromEntries(Object.entries(recordOf(signals)).filter(([name]) => isKnownSignal(name))),
  acc,
  dtc: dtcs?.stored,
  ignition,
  external_voltage: externalVoltage,
  odometer_km: odometer,
  driver,
});
