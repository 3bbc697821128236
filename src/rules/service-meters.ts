import type { Moment } from '../model/moment.js';
import { signalIn } from '../model/signal-columns.js';
import type { Instant, Km } from '../model/units.js';

/** What a vehicle's counters are believed to say. Plain data. */
export interface MeterMemory {
  at: Instant;
  /** What the device tells, else what is registered and the trips since, else the trips alone. */
  km: Km;
  /** Whether `km` is what the dashboard of the vehicle shows, so that it may be compared with what a workshop wrote down. */
  kmIsOdometer: boolean;
  told: boolean;
  registered: Km | null;
  /** The open trip, and how far it had come. */
  trip: string;
  tripKm: Km;
  hours: number;
  hoursTold: boolean;
  /** A jump that one more reading has to confirm. */
  doubtful: Km | null;
}

/** A reading with the engine on stands for the time to the next one, up to this. */
const LONGEST_STEP = 120_000;
/** Obd-facts §6: an odometer grows by 0.07 km a second at most, and never falls. */
const FASTEST_KM_PER_MS = 0.00007;
const SLACK: Km = 5;

export const newMeters = (): MeterMemory => ({
  at: 0,
  km: 0,
  kmIsOdometer: false,
  told: false,
  registered: null,
  trip: '',
  tripKm: 0,
  hours: 0,
  hoursTold: false,
  doubtful: null,
});

/**
 * Takes a moment into the counters.
 * @returns by how much each jumped otherwise than by being driven: what was counted from an older value has to move along
 */
export const readMeters = (memory: MeterMemory, moment: Moment): { km: Km; hours: number } => {
  const jump = { km: 0, hours: 0 };
  travel(memory, moment);
  const odometer = moment.reading.odometer ?? signalIn(moment.reading.signals, 'odometer');
  if (odometer !== undefined && odometer > 0) jump.km = takeOdometer(memory, odometer, moment.at);
  else if (!memory.told && moment.registeredOdometer !== undefined && moment.registeredOdometer !== memory.registered) {
    jump.km = moment.registeredOdometer - memory.km;
    memory.km = moment.registeredOdometer;
    memory.registered = moment.registeredOdometer;
    memory.kmIsOdometer = true;
  }
  const total = signalIn(moment.reading.signals, 'engine_run_time_total');
  if (total !== undefined && total > 0) {
    const hours = total / 3_600;
    if (!memory.hoursTold) jump.hours = hours - memory.hours;
    memory.hours = hours;
    memory.hoursTold = true;
  } else if (!memory.hoursTold && moment.engineOn === true && moment.since !== undefined) {
    if (moment.since <= LONGEST_STEP) memory.hours += moment.since / 3_600_000;
  }
  memory.at = moment.at;
  return jump;
};

const travel = (memory: MeterMemory, { trip, tripDistance }: Moment): void => {
  if (trip === undefined || tripDistance === undefined) return;
  const before = memory.trip === trip ? memory.tripKm : 0;
  if (!memory.told && tripDistance > before) memory.km += tripDistance - before;
  memory.trip = trip;
  memory.tripKm = tripDistance;
};

const takeOdometer = (memory: MeterMemory, odometer: Km, at: Instant): Km => {
  const { km, told, doubtful } = memory;
  const step = odometer - km;
  const possible = told && step >= 0 && step <= (at - memory.at) * FASTEST_KM_PER_MS + SLACK;
  if (told && !possible && (doubtful === null || Math.abs(odometer - doubtful) > SLACK)) {
    memory.doubtful = odometer;
    return 0;
  }
  memory.km = odometer;
  memory.told = true;
  memory.kmIsOdometer = true;
  memory.doubtful = null;
  return possible ? 0 : step;
};
