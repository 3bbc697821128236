import type { Acceleration, Reading } from '../../model/reading.js';
import { recordOf } from '../../model/signal-columns.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { STANDARD_GRAVITY } from '../../model/units.js';
import { judgeSample, judgeTold } from '../../protocols/obd/plausibility.js';
import type { VehicleConditions } from '../track/vehicle-conditions.js';
import type { FoldMemory } from './fold-memory.js';

const ODOMETER = placeOfSignal('odometer');
const GRAVITY_SQUARED = STANDARD_GRAVITY ** 2;

/** Used again for each sample. */
const circumstances: { kind: { class: VehicleConditions['class'] }; acceleration_mss: number } = {
  kind: { class: 'car' },
  acceleration_mss: 0,
};

/**
 * The reading without what cannot be true: out of its range, or changed faster than anything in a vehicle does (obd-facts §6). A copy where
 * something was taken out, else the reading as it is; what was sent stays in the journal. The memory counts what was rejected, by reason.
 */
export const believableReading = (memory: FoldMemory, reading: Reading, { class: of }: VehicleConditions): Reading => {
  const { signals, odometer, at } = reading;
  circumstances.kind.class = of;
  circumstances.acceleration_mss = reading.acc === undefined ? 0 : besidesGravity(reading.acc);
  const told = toldBy(signals);
  const bad = judgeTold(memory, memory.track, told, at, circumstances);
  // Told beside the signals, and not as one of them.
  const badOdometer =
    odometer !== undefined &&
    (Number.isNaN(told.known[ODOMETER]!)
      ? judgeSample(memory, memory.track, 'odometer', odometer, at, circumstances) !== undefined
      : (bad?.includes('odometer') ?? false));
  if (bad === undefined && !badOdometer) return reading;
  const left = { ...recordOf(signals) };
  for (const name of bad ?? []) delete left[name];
  return { ...reading, signals: left, odometer: badOdometer ? undefined : odometer };
};

/** What is measured across gravity, however the sensor is mounted. */
const besidesGravity = ({ x, y, z }: Acceleration): number => Math.sqrt(Math.max(0, x * x + y * y + z * z - GRAVITY_SQUARED));
