import type { DriverId } from '../../model/ids.js';
import { keepNewer, type NewestSignals } from '../../model/newest-signals.js';
import { NOT_TOLD } from '../../model/not-told.js';
import type { Instant } from '../../model/units.js';

/** What is shown live, beside what the fold knows. Follows arrival where the fold follows event time. */
export interface LiveMemory {
  /** At the places below: where and how fast it is. `NOT_TOLD`, or hidden. */
  numbers: number[];
  ignition: boolean | null;
  engineOn: boolean | null;
  /** The newest that a device named. */
  driver: DriverId | null;
}

/** Each `NOT_TOLD` until it is told, and where it is hidden; times begin with 0. */
export const LAT = 0;
export const LON = 1;
/** km/h. */
export const SPEED = 2;
export const SPEED_AT = 3;
export const HEADING = 4;
export const MOVED_AT = 5;
const NUMBERS = 6;

export const newLiveMemory = (): LiveMemory => ({
  // Doubles from the beginning, by what is not told.
  numbers: [NOT_TOLD, NOT_TOLD, NOT_TOLD, 0, NOT_TOLD, 0],
  ignition: null,
  engineOn: null,
  driver: null,
});

/** As it was kept before: with the newest signals, whose values and times came behind the other numbers … */
interface SignalsHere extends LiveMemory {
  names?: readonly string[];
}

/** … or, before that, stood in lists of their own. */
interface LooseLive extends Omit<LiveMemory, 'numbers'> {
  lat: number | null;
  lon: number | null;
  speed: number | null;
  speedAt: Instant;
  heading: number | null;
  movedAt: Instant;
  names: readonly string[];
  values: number[];
  times: Instant[];
}

/** What was read from JSON, also of an earlier version. @param newest gets what is known of signals */
export const readLiveMemory = (read: SignalsHere | LooseLive, newest: NewestSignals): LiveMemory => {
  const { ignition, engineOn, driver, names = [] } = read;
  const live = newLiveMemory();
  live.ignition = ignition;
  live.engineOn = engineOn;
  live.driver = driver;
  if ('numbers' in read) {
    const { numbers } = read;
    for (let place = 0; place < NUMBERS; place++) live.numbers[place] = numbers[place]!;
    names.forEach((name, i) => {
      keepNewer(newest, name, numbers[NUMBERS + 2 * i]!, numbers[NUMBERS + 2 * i + 1]!);
    });
    return live;
  }
  const { lat, lon, speed, speedAt, heading, movedAt, values, times } = read;
  const of = [lat ?? NOT_TOLD, lon ?? NOT_TOLD, speed ?? NOT_TOLD, speedAt, heading ?? NOT_TOLD, movedAt];
  for (let place = 0; place < NUMBERS; place++) live.numbers[place] = of[place]!;
  names.forEach((name, i) => {
    keepNewer(newest, name, values[i]!, times[i]!);
  });
  return live;
};
