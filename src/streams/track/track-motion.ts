import type { Offset } from '../../model/record.js';
import type { Instant, Kmh, Metres } from '../../model/units.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';

/*
 * Where and how the vehicle was at the newest reading: places among its numbers.
 */
/** Event time of the newest reading; 0 before the first. */
export const AT = 43;
/** The newest speed of any source. */
export const SPEED = 44;
export const SPEED_AT = 45;
export const SPEED_BY_WHEELS = 46;
export const MOVING = 47;
export const MOVING_AT = 48;
export const IDLING = 49;
/** When a device named a driver. */
export const NAMED_AT = 50;
/** The first reading after a silence; its time is 0 once the engine was known to be off since. See `WakePoint`. */
export const WOKE_AT = 51;
export const WOKE_OFFSET = 52;
export const WOKE_GPS = 53;
export const WOKE_SPEED = 54;

export const motionStart: NumbersAtStart = { from: AT, count: 12, not0: [] };

/** As it was kept before. */
export interface LooseMotion {
  at: Instant;
  speed: Kmh;
  speedAt: Instant;
  speedByWheels: boolean;
  moving: boolean;
  movingAt: Instant;
  idling: boolean;
  namedAt: Instant;
  woke: { at: Instant; offset: Offset; gps: Metres; speed: Metres };
}

export const takeMotion = (numbers: TrackNumbers, loose: LooseMotion): void => {
  numbers[AT] = loose.at;
  numbers[SPEED] = loose.speed;
  numbers[SPEED_AT] = loose.speedAt;
  numbers[SPEED_BY_WHEELS] = Number(loose.speedByWheels);
  numbers[MOVING] = Number(loose.moving);
  numbers[MOVING_AT] = loose.movingAt;
  numbers[IDLING] = Number(loose.idling);
  numbers[NAMED_AT] = loose.namedAt;
  numbers[WOKE_AT] = loose.woke.at;
  numbers[WOKE_OFFSET] = loose.woke.offset;
  numbers[WOKE_GPS] = loose.woke.gps;
  numbers[WOKE_SPEED] = loose.woke.speed;
};

/** As the newest reading left it. */
export const isMoving = (numbers: TrackNumbers): boolean => numbers[MOVING] === 1;
