import type { VehicleId } from './ids.js';
import type { Km, Seconds, Volts } from './units.js';
import type { DtcState } from './vehicle-record.js';

/** What a vehicle's health is judged by, each by an estimator of its own. */
export const HEALTH_PARTS = ['battery', 'charging', 'coolant', 'thermostat', 'fuel_trims', 'misfire', 'engine_power'] as const;
export type HealthPart = (typeof HEALTH_PARTS)[number];

/** °C. */
export type Celsius = number;

/**
 * What one day of the fleet's zone says of a vehicle's health: an absolute row, owned by one vehicle. Voltages are those of a 12 V system (24 V
 * ones are halved). `null` = that was not measured that day.
 */
export interface HealthDay {
  vehicle: VehicleId;
  /** `2026-11-22`, in the fleet's zone. */
  day: string;
  battery: {
    /** Median at rest, 30 minutes after the engine was last on or later. */
    resting: Volts | null;
    restSamples: number;
    /** Mean of the lowest voltages of its starts, and the lowest of all. */
    cranking: Volts | null;
    lowestCranking: Volts | null;
    starts: number;
    /** Of the surroundings, where told. */
    ambient: Celsius | null;
  };
  charging: {
    /** Median while the engine runs. */
    running: Volts | null;
    /** The highest: a smart alternator rests for a while, but not all day. */
    highest: Volts | null;
    samples: number;
    /** Below 13.0 V and above 15.2 V with the engine on. */
    low: Seconds;
    high: Seconds;
  };
  coolant: {
    max: Celsius | null;
    /** Median after 15 minutes of driving. */
    steady: Celsius | null;
    samples: number;
    /** Cold starts that became warm, and the longest time that took. */
    warmUps: number;
    warmUp: Seconds | null;
    /** Drives of 20 minutes and more that never became warm. */
    coldDrives: number;
  };
  /** Short and long trim together, warm and in closed loop, by bank; mean in %. */
  trims: { idle1: number | null; cruise1: number | null; idle2: number | null; cruise2: number | null; samples: number };
  misfire: {
    /** Mean step between neighbouring rpm at warm idle. */
    idleDeviation: number | null;
    samples: number;
  };
  power: {
    /** How long the pedal was pressed down, or nearly: what can be judged by. */
    demanded: Seconds;
    /** Times that the engine gave far less than asked, and how long they lasted. */
    derates: number;
    derated: Seconds;
    reason: DerateReason | null;
  };
  use: { odometer: Km | null; engineOn: Seconds };
  /** As last told on that day or before. */
  codes: readonly { code: string; state: Exclude<DtcState, 'cleared'> }[];
  milOn: boolean;
  /** Monitors that have not run since codes were cleared; null where never told. */
  incomplete: readonly string[] | null;
}

export type DerateReason = 'torque' | 'manifold_pressure' | 'stuck_rpm';
