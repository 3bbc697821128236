import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';

/**
 * The newest records and the time of the first reading of each, for evidence: time and offset of the newest one first, then the steps from each
 * to the next, oldest first. A step is one number, or three where it is too long for one. Plain data, survives JSON.
 */
export type RecentPlaces = number[];

/** Where the newest stands, and where the steps begin. */
const AT = 0;
const OFFSET = 1;
const FIRST = 2;

const KEPT = 32;
/** Cut seldom, so that it costs nothing per record: before there are so many. A list that grows one by one has room for the numbers of 40. */
const MOST = 41;

/** Of a step in one number: time up to 18 hours, and offsets forth (even) and back (odd). */
const OFFSETS = 2 ** 27;
const TIMES = 2 ** 26;
/** Behind the two numbers of a step that is longer. */
const LONG = -1;

export const addPlace = (places: RecentPlaces, at: Instant, offset: Offset): void => {
  if (places.length === 0) {
    places.push(at, offset);
    return;
  }
  // Readings that came in one array stand at one offset.
  if (places[OFFSET] === offset) return;
  if (places.length >= MOST) cut(places);
  const time = at - places[AT]!;
  const way = offset - places[OFFSET]!;
  const code = way >= 0 ? 2 * way : -2 * way - 1;
  if (code < OFFSETS && time >= 0 && time < TIMES) places.push(time * OFFSETS + code);
  else places.push(time, way, LONG);
  places[AT] = at;
  places[OFFSET] = offset;
};

/** Makes room for the next one, where there are too many. In place: a list that is cut anew each time has its spare room each time. */
const cut = (places: RecentPlaces): void => {
  let count = 1;
  let from = places.length;
  for (let i = places.length; i > FIRST; count++) {
    i -= places[i - 1] === LONG ? 3 : 1;
    if (count < KEPT - 1) from = i;
  }
  if (count < MOST - 1) return;
  const past = from - FIRST;
  for (let i = from; i < places.length; i++) places[i - past] = places[i]!;
  for (let i = 0; i < past; i++) places.pop();
};

/** The newest record whose time is at or before `at`, else the oldest one remembered; undefined where none is. */
export const placeBefore = (places: RecentPlaces, at: Instant): Offset | undefined => {
  if (places.length === 0) return undefined;
  let time = places[AT]!;
  let offset = places[OFFSET]!;
  for (let i = places.length - 1; time > at && i >= FIRST; i--) {
    const step = places[i]!;
    if (step === LONG) {
      offset -= places[--i]!;
      time -= places[--i]!;
      continue;
    }
    const code = step % OFFSETS;
    offset -= code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    time -= Math.floor(step / OFFSETS);
  }
  return offset;
};

export const oldestPlace = (places: RecentPlaces): Offset | undefined => placeBefore(places, Number.NEGATIVE_INFINITY);
