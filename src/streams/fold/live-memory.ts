import type { DriverId } from '../../model/ids.js';
import { internedNames } from '../../model/interned-names.js';
import { NOT_TOLD } from '../../model/not-told.js';
import type { Instant } from '../../model/units.js';

/** What is shown live. Follows arrival where the fold follows event time. */
export interface LiveMemory {
  /** At the places below: where and how fast it is, and from there on value and time of each signal. `NOT_TOLD`, or hidden. */
  numbers: number[];
  ignition: boolean | null;
  engineOn: boolean | null;
  driver: DriverId | null;
  /** Of the signals, in the order they were first told. The names are one list for all vehicles that tell the same: never changed in place. */
  names: readonly string[];
}

/** Each `NOT_TOLD` until it is told, and where it is hidden; times begin with 0. */
export const LAT = 0;
export const LON = 1;
/** km/h. */
export const SPEED = 2;
export const SPEED_AT = 3;
export const HEADING = 4;
export const MOVED_AT = 5;
/** Here the signals begin: of each value and time. */
export const SIGNALS = 6;

export const newLiveMemory = (): LiveMemory => ({
  // Doubles from the beginning, by what is not told.
  numbers: [NOT_TOLD, NOT_TOLD, NOT_TOLD, 0, NOT_TOLD, 0],
  ignition: null,
  engineOn: null,
  driver: null,
  names: internedNames([]),
});

/** As it was kept before. */
interface LooseLive extends Omit<LiveMemory, 'numbers'> {
  lat: number | null;
  lon: number | null;
  speed: number | null;
  speedAt: Instant;
  heading: number | null;
  movedAt: Instant;
  values: number[];
  times: Instant[];
}

/** What was read from JSON, also of an earlier version. */
export const readLiveMemory = (read: LiveMemory | LooseLive): LiveMemory => {
  const { ignition, engineOn, driver, names } = read;
  const live = newLiveMemory();
  live.ignition = ignition;
  live.engineOn = engineOn;
  live.driver = driver;
  live.names = internedNames(names);
  if ('numbers' in read) {
    live.numbers = live.numbers.concat(read.numbers.slice(SIGNALS));
    for (let place = 0; place < SIGNALS; place++) live.numbers[place] = read.numbers[place]!;
    return live;
  }
  const { lat, lon, speed, speedAt, heading, movedAt, values, times } = read;
  const of = [lat ?? NOT_TOLD, lon ?? NOT_TOLD, speed ?? NOT_TOLD, speedAt, heading ?? NOT_TOLD, movedAt];
  live.numbers = of.concat(values.flatMap((value, i) => [value, times[i]!]));
  return live;
};
