import type { Reading } from '../../model/reading.js';
import type { ObdFindings } from '../obd/read-obd-lines.js';

/** Puts into a reading what OBD replies told besides numbers. What the event says itself goes before it. */
export const readObdFindings = (found: ObdFindings, reading: Reading): void => {
  const { stored, pending, permanent, milOn } = found;
  if (stored || pending || permanent || milOn !== undefined) reading.dtcs ??= { stored, pending, permanent, milOn };
  reading.vin ??= found.vin;
  reading.externalVoltage ??= found.adapterVoltage;
  reading.odometer ??= reading.signals.odometer;
};
