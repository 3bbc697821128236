import type { Fix, FixPart, Reading } from '../model/reading.js';
import type { Degrees, Instant } from '../model/units.js';
import { type Millis, seconds } from '../model/units.js';

/** A reading that may hold a part of a position, which `joinFix` makes whole. */
export type PartReading = Reading;
export type { FixPart };

/** What is kept of one device between its messages; plain data that survives JSON. */
export interface FixParts {
  /** The newest of each, whenever it came. */
  known: FixPart;
  /** A coordinate that waits for its other half. */
  waiting?: { axis: 'lat' | 'lon'; value: Degrees; at: Instant };
  /** The newest whole position. */
  joined?: { lat: Degrees; lon: Degrees };
}

export const noFixParts = (): FixParts => ({ known: {} });

/** Two halves of one position come this close together; further apart they belong to two. */
export const JOIN_WITHIN: Millis = seconds(2);

/**
 * Takes one part of a position into the memory. Latitude and longitude make a position when they come together; taken one by one the
 * vehicle would zig-zag. A half whose other half stays away is whole once the next one comes: these devices send what has changed.
 * Without a fix nothing comes of it.
 * @param at time of the message
 * @returns the position that this part completed
 */
export const joinFix = (memory: FixParts, part: FixPart, at: Instant): Fix | undefined => {
  const { known } = memory;
  const { lat: oldLat, lon: oldLon } = known;
  Object.assign(known, part);
  if (known.locked === false) {
    // What is told without a fix is no half of anything later.
    memory.waiting = undefined;
    known.lat = undefined;
    known.lon = undefined;
  }
  if ((part.lat === undefined && part.lon === undefined) || known.locked === false) return undefined;
  if (part.lat !== undefined && part.lon !== undefined) return whole(memory, part.lat, part.lon);

  const axis = part.lat === undefined ? 'lon' : 'lat';
  const value = (part.lat ?? part.lon)!;
  const before = memory.waiting;
  if (before !== undefined && before.axis !== axis && Math.abs(at - before.at) <= JOIN_WITHIN) {
    return axis === 'lon' ? whole(memory, before.value, value) : whole(memory, value, before.value);
  }
  const late = before?.axis === 'lat' ? whole(memory, before.value, oldLon) : before && whole(memory, oldLat, before.value);
  memory.waiting = { axis, value, at };
  return late;
};

/** The newest whole position with all that is known about it, whenever it came; undefined where there never was one. */
export const fixOf = ({ joined, known }: FixParts): Fix | undefined =>
  joined && {
    ...joined,
    speed: known.speed ?? known.wheelSpeed,
    heading: known.heading,
    altitude: known.altitude,
    hdop: known.hdop,
    sats: known.sats,
    accuracy: undefined,
  };

const whole = (memory: FixParts, lat: Degrees | undefined, lon: Degrees | undefined): Fix | undefined => {
  memory.waiting = undefined;
  const { sats } = memory.known;
  if (lat === undefined || lon === undefined || (lat === 0 && lon === 0) || sats === 0) return undefined;
  memory.joined = { lat, lon };
  return fixOf(memory);
};
