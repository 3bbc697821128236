import type { DeviceId } from '../../model/ids.js';
import type { Fix } from '../../model/reading.js';
import { type Degrees, type Instant, type Kmh, type Metres, type Millis, seconds } from '../../model/units.js';
import { type FixVerdict, noiseOf } from './accept-fix.js';
import { distanceFrom } from './geometry.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';

/*
 * The vehicle's travel: places among its numbers. Counters, that only a caller's difference gives a meaning: a trip is the counter at its end minus
 * the counter at its start. GPS legs where there are positions, the integral of wheel speed where there are none. All in metres.
 */
const BY_GPS = 26;
const BY_SPEED = 27;
/** Integral of wheel speed since the anchor that no leg has replaced yet. */
const PENDING = 28;
/** What of `BY_SPEED` was counted since the anchor: the leg that ends the outage counts what it is longer. */
const BRIDGED = 29;
const WHEEL = 30;
const WHEEL_AT = 31;
/** Fixes in a row that drive along while the wheels are said to stand. */
const CONTRADICTED = 32;
/** The position up to which travel is counted. */
const ANCHORED = 33;
/** Latitudes stand before their longitudes. */
const ANCHOR_LAT = 34;
const ANCHOR_LON = 35;
const ANCHOR_AT = 36;
/** The vehicle was driving when it passed the anchor. */
const ANCHOR_DRIVING = 37;
/** Where it came to rest: slow "speeds" near it are the receiver's, not the vehicle's. */
const RESTING = 38;
const REST_LAT = 39;
const REST_LON = 40;
/** When displacement alone last proved that the vehicle drives; 0 = never. */
const PROVEN_AT = 41;
/** When the device whose positions are measured told the last one. */
const DEVICE_AT = 42;

export const travelStart: NumbersAtStart = { from: BY_GPS, count: 17, not0: [] };

/** What travel is measured in. */
export interface TravelMemory {
  numbers: TrackNumbers;
  /** Whose positions are measured. */
  positionDevice: DeviceId | '';
}

/** As it was kept before. */
export interface LooseTravel {
  byGps: Metres;
  bySpeed: Metres;
  pending: Metres;
  bridged: Metres;
  wheel: Kmh;
  wheelAt: Instant;
  contradictions: number;
  anchored: boolean;
  anchorLat: Degrees;
  anchorLon: Degrees;
  anchorAt: Instant;
  anchorDriving: boolean;
  resting: boolean;
  restLat: Degrees;
  restLon: Degrees;
  provenAt: Instant;
  device?: DeviceId;
  deviceAt?: Instant;
}

export const takeTravel = (memory: TravelMemory, loose: LooseTravel): void => {
  const { numbers } = memory;
  numbers[BY_GPS] = loose.byGps;
  numbers[BY_SPEED] = loose.bySpeed;
  numbers[PENDING] = loose.pending;
  numbers[BRIDGED] = loose.bridged;
  numbers[WHEEL] = loose.wheel;
  numbers[WHEEL_AT] = loose.wheelAt;
  numbers[CONTRADICTED] = loose.contradictions;
  numbers[ANCHORED] = Number(loose.anchored);
  numbers[ANCHOR_LAT] = loose.anchorLat;
  numbers[ANCHOR_LON] = loose.anchorLon;
  numbers[ANCHOR_AT] = loose.anchorAt;
  numbers[ANCHOR_DRIVING] = Number(loose.anchorDriving);
  numbers[RESTING] = Number(loose.resting);
  numbers[REST_LAT] = loose.restLat;
  numbers[REST_LON] = loose.restLon;
  numbers[PROVEN_AT] = loose.provenAt;
  numbers[DEVICE_AT] = loose.deviceAt ?? 0;
  memory.positionDevice = loose.device ?? '';
};

/** Metres by positions, and by wheels: counters. */
export const travelByGps = (memory: TrackNumbers): Metres => memory[BY_GPS]!;
export const travelByWheels = (memory: TrackNumbers): Metres => memory[BY_SPEED]! + memory[PENDING]!;

/** Whether displacement alone has proven last that the vehicle drives, and did so at that time. */
export const isProvenAt = (memory: TrackNumbers, at: Instant): boolean => memory[PROVEN_AT] === at;

/** Everything counted so far. */
export const travelled = (memory: TrackNumbers): Metres => memory[BY_GPS]! + memory[BY_SPEED]! + memory[PENDING]!;

/** Steps beyond this are no integral of speed (data/README: left out). */
const LONGEST_STEP: Millis = seconds(10);
/** Wheels that stand are known to stand for so long. */
const WHEEL_FRESH: Millis = seconds(5);
/** Without a new position for this long GPS counts as lost, and wheel speed takes over. */
const GPS_LOST: Millis = seconds(15);
/** A speed sensor that tells 0 against so many fixes in a row, at this speed and on ever new positions, is broken. */
const CONTRADICTIONS = 10;
const CONTRADICTING_SPEED: Kmh = 20;
/** Doppler speed of a receiver that stands stays below this. */
const DOPPLER_NOISE: Kmh = 2;
/** Who is farther than this from where it came to rest has left. */
const LEFT_REST: Metres = 15;
/** A GPS speed that needs no displacement beside it to be believed. */
const CLEAR_SPEED: Kmh = 10;
/** Displacement that proves driving without any speed, and less of it once driving is proven. */
const PROOF: Metres = 30;
const NEXT_PROOF: Metres = 10;
export const PROOF_HOLDS: Millis = seconds(60);
/** A leg that ends with the vehicle at rest and is longer than this was driven, where fixes are too sparse to show it slow down. */
const ROLL_OUT: Metres = 15;

/** What a reading says of motion; `silent` = nothing. */
export type MotionVerdict = 'driving' | 'standing' | 'silent';

/** False for a 0 of a sensor that was proven broken; any other speed ends the doubt. */
export const believesWheels = (memory: TrackNumbers, wheel: Kmh): boolean => wheel > 0 || memory[CONTRADICTED]! < CONTRADICTIONS;

const anchorAt = (memory: TrackNumbers, fix: Fix, at: Instant, driving: boolean): void => {
  memory[ANCHORED] = 1;
  memory[ANCHOR_LAT] = fix.lat;
  memory[ANCHOR_LON] = fix.lon;
  memory[ANCHOR_AT] = at;
  memory[ANCHOR_DRIVING] = Number(driving);
  memory[PENDING] = 0;
  memory[BRIDGED] = 0;
};

const countLeg = (memory: TrackNumbers, leg: Metres, fix: Fix, at: Instant, driving: boolean): void => {
  // Over a long outage the road is longer than the straight line, and wheel speed knows it; over a short one GPS is the better measure.
  memory[BY_GPS]! += Math.max(0, leg - memory[BRIDGED]!);
  anchorAt(memory, fix, at, driving);
};

const countBySpeed = (memory: TrackNumbers): void => {
  memory[BY_SPEED]! += memory[PENDING]!;
  memory[BRIDGED]! += memory[PENDING]!;
  memory[PENDING] = 0;
};

const integrate = (memory: TrackNumbers, at: Instant, wheel: Kmh): void => {
  const dt = at - memory[WHEEL_AT]!;
  if (memory[WHEEL_AT]! > 0 && dt <= LONGEST_STEP) memory[PENDING]! += (((memory[WHEEL]! + wheel) / 2 / 3.6) * dt) / 1_000;
  memory[WHEEL] = wheel;
  memory[WHEEL_AT] = at;
};

/** A GPS speed is driving when it is clear, or when the vehicle has left the place where it came to rest. */
const drivesByGps = (memory: TrackNumbers, fix: Fix, speed: Kmh, movingSpeed: Kmh): boolean => {
  if (speed < movingSpeed) return false;
  if (speed >= CLEAR_SPEED || memory[RESTING] === 0) return true;
  return distanceFrom(memory, REST_LAT, fix) > Math.min(PROOF, Math.max(LEFT_REST, 3 * noiseOf(fix)));
};

/** Rolled to a halt, or drove without telling a speed: judged by the displacement from the anchor alone. */
const driftOrDrive = (memory: TrackNumbers, fix: Fix, at: Instant, leg: Metres, movingSpeed: Kmh): MotionVerdict => {
  const noise = noiseOf(fix);
  const fastEnough = leg / (Math.max(at - memory[ANCHOR_AT]!, seconds(1)) / 1_000) >= movingSpeed / 3.6;
  if (fix.speed !== undefined) {
    // The receiver says that it stands. It came to rest since the anchor, or drove and stopped between two sparse fixes, or it drifts.
    const drove = fastEnough && leg > Math.max(memory[ANCHOR_DRIVING] === 1 ? ROLL_OUT : PROOF, 3 * noise);
    if (drove) countLeg(memory, leg, fix, at, false);
    else anchorAt(memory, fix, at, false);
    return drove ? 'driving' : 'standing';
  }
  const proven = memory[PROVEN_AT]! > 0 && at - memory[PROVEN_AT]! <= PROOF_HOLDS;
  if (leg <= (proven ? Math.max(NEXT_PROOF, 1.5 * noise) : Math.max(PROOF, 3 * noise))) return 'silent';
  if (!fastEnough) {
    // Too slow for a vehicle: the receiver's position drifts.
    anchorAt(memory, fix, at, false);
    return 'silent';
  }
  countLeg(memory, leg, fix, at, true);
  memory[PROVEN_AT] = at;
  return 'driving';
};

const travelByFix = (memory: TrackNumbers, fix: Fix, at: Instant, movingSpeed: Kmh): MotionVerdict => {
  const leg = distanceFrom(memory, ANCHOR_LAT, fix);
  const speed = fix.speed;
  const wheelsKnown = memory[WHEEL_AT]! > 0 && at - memory[WHEEL_AT]! <= WHEEL_FRESH;
  if (!wheelsKnown || memory[WHEEL]! > 0 || speed === undefined || speed < CONTRADICTING_SPEED) {
    if (wheelsKnown) memory[CONTRADICTED] = 0;
  } else if (leg > 0) memory[CONTRADICTED]! += 1;
  if (wheelsKnown ? memory[WHEEL]! > 0 : speed !== undefined && speed > DOPPLER_NOISE) {
    const driving = wheelsKnown ? memory[WHEEL]! >= movingSpeed : drivesByGps(memory, fix, speed ?? 0, movingSpeed);
    // Receivers that hold a position tell the same one again: no leg has ended yet.
    if (leg > 0 && (driving || memory[RESTING] === 0 || wheelsKnown)) countLeg(memory, leg, fix, at, driving);
    return driving ? 'driving' : 'standing';
  }
  if (wheelsKnown) {
    // The wheels stand: what the position did since they last turned is travel, what it does from now on is jitter.
    if (memory[PENDING]! > 1) countLeg(memory, leg, fix, at, false);
    else anchorAt(memory, fix, at, false);
    return 'standing';
  }
  return driftOrDrive(memory, fix, at, leg, movingSpeed);
};

/** Positions of two devices are never put together: they err apart from each other, and the way between them is none. */
const isMeasured = (travel: TravelMemory, device: DeviceId, at: Instant): boolean => {
  const { numbers, positionDevice } = travel;
  if (positionDevice !== '' && positionDevice !== device && at - numbers[DEVICE_AT]! <= GPS_LOST) return false;
  if (positionDevice !== device) travel.positionDevice = device;
  numbers[DEVICE_AT] = at;
  return true;
};

/**
 * Counts what one reading adds to the travel, and says what it knows of motion.
 * @param told the position of this reading, where accepted   @param verdict what `acceptFix` said of it
 * @param wheel speed by OBD in this reading, within its range   @param movingSpeed at or above it a vehicle moves
 * @param device who told the reading
 */
export const measureTravel = (
  travel: TravelMemory,
  at: Instant,
  told: Fix | undefined,
  verdict: FixVerdict,
  wheel: Kmh | undefined,
  movingSpeed: Kmh,
  device: DeviceId = '',
): MotionVerdict => {
  const memory = travel.numbers;
  const fix = told !== undefined && isMeasured(travel, device, at) ? told : undefined;
  if (wheel !== undefined) integrate(memory, at, wheel);
  let motion: MotionVerdict = 'silent';
  if (fix !== undefined) {
    if (memory[ANCHORED] === 0 || verdict === 'restarted') {
      countBySpeed(memory);
      anchorAt(memory, fix, at, false);
      if (fix.speed !== undefined) motion = fix.speed >= movingSpeed ? 'driving' : 'standing';
    } else motion = travelByFix(memory, fix, at, movingSpeed);
  }
  if (memory[PENDING]! > 0 && (memory[ANCHORED] === 0 || at - memory[ANCHOR_AT]! > GPS_LOST)) countBySpeed(memory);
  if (wheel !== undefined) motion = wheel >= movingSpeed ? 'driving' : 'standing';
  if (fix !== undefined) {
    if (motion === 'driving') memory[RESTING] = 0;
    else if (motion === 'standing' && memory[RESTING] === 0) {
      memory[RESTING] = 1;
      memory[REST_LAT] = fix.lat;
      memory[REST_LON] = fix.lon;
    }
  }
  return motion;
};
