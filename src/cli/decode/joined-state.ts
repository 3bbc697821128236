import { emptyReading, type Reading } from '../../model/reading.js';
import { recordOf } from '../../model/signal-columns.js';
import { fixOf, joinFix, noFixParts, type PartReading } from '../../protocols/fix-part.js';

/**
 * Makes one reading of what a device with one value per topic said in messages that came together: the newest of everything, and the
 * position that its parts give. Its time is the receiver's, where it told one.
 * @param readings in the order of arrival
 * @returns undefined where nothing was said
 */
export const joinedState = (readings: readonly PartReading[]): Reading | undefined => {
  const [first] = readings;
  if (first === undefined) return undefined;
  const { at, received, device, offset } = first;
  const state = emptyReading(at, received, device, offset, 0);
  const parts = noFixParts();
  for (const { fixPart, signals, dtcs, ...reading } of readings) {
    if (fixPart !== undefined) joinFix(parts, fixPart, reading.received);
    state.fix = reading.fix ?? state.fix;
    state.signals = { ...recordOf(state.signals), ...recordOf(signals) };
    for (const key of NEWEST) if (reading[key] !== undefined) Object.assign(state, { [key]: reading[key] });
    if (dtcs !== undefined) {
      const { stored, pending, permanent, milOn } = dtcs;
      const before = state.dtcs;
      state.dtcs = {
        stored: stored ?? before?.stored,
        pending: pending ?? before?.pending,
        permanent: permanent ?? before?.permanent,
        milOn: milOn ?? before?.milOn,
      };
    }
  }
  state.fix = fixOf(parts) ?? state.fix;
  state.at = parts.known.time ?? at;
  return state;
};

const NEWEST = ['ignition', 'externalVoltage', 'odometer', 'driver', 'vin', 'online'] as const;
