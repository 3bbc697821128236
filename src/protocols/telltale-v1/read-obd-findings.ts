import type { Reading } from '../../model/reading.js';
import { odometerIn } from '../../model/signal-columns.js';
import type { ObdFindings } from '../obd/read-obd-lines.js';

/** Puts into a reading what OBD replies told besides numbers. What the event says itself goes before it. */
export const readObdFindings = (found: ObdFindings, reading: Reading): void => {
  const { stored, pending, permanent, milOn, frozen, incomplete } = found;
  if (stored || pending || permanent || milOn !== undefined || frozen || incomplete) {
    reading.dtcs = {
      stored: reading.dtcs?.stored ?? stored,
      pending: reading.dtcs?.pending ?? pending,
      permanent: reading.dtcs?.permanent ?? permanent,
      milOn: reading.dtcs?.milOn ?? milOn,
      ...(frozen && { frozen }),
      ...(incomplete && { incomplete }),
    };
  }
  reading.vin ??= found.vin;
  reading.externalVoltage ??= found.adapterVoltage;
  reading.odometer ??= odometerIn(reading.signals);
};
