import type { DeviceId } from '../../model/ids.js';
import type { Fix } from '../../model/reading.js';
import { type Degrees, type Instant, type Kmh, type Metres, type Millis, seconds } from '../../model/units.js';
import { type FixVerdict, noiseOf } from './accept-fix.js';
import { distanceBetween } from './geometry.js';

/**
 * The vehicle's travel, as counters that only a caller's difference gives a meaning: a trip is the counter at its end minus the
 * counter at its start. GPS legs where there are positions, the integral of wheel speed where there are none.
 */
export interface TravelMemory {
  byGps: Metres;
  bySpeed: Metres;
  /** Integral of wheel speed since the anchor that no leg has replaced yet. */
  pending: Metres;
  /** What of `bySpeed` was counted since the anchor: the leg that ends the outage counts what it is longer. */
  bridged: Metres;
  wheel: Kmh;
  wheelAt: Instant;
  /** Fixes in a row that drive along while the wheels are said to stand. */
  contradictions: number;
  /** The position up to which travel is counted. */
  anchored: boolean;
  anchorLat: Degrees;
  anchorLon: Degrees;
  anchorAt: Instant;
  /** The vehicle was driving when it passed the anchor. */
  anchorDriving: boolean;
  /** Where it came to rest: slow "speeds" near it are the receiver's, not the vehicle's. */
  resting: boolean;
  restLat: Degrees;
  restLon: Degrees;
  /** When displacement alone last proved that the vehicle drives; 0 = never. */
  provenAt: Instant;
  /** Whose positions are measured, and when it told the last one; absent in memories of before. */
  device?: DeviceId;
  deviceAt?: Instant;
}

export const newTravelMemory = (): TravelMemory => ({
  byGps: 0,
  bySpeed: 0,
  pending: 0,
  bridged: 0,
  wheel: 0,
  wheelAt: 0,
  contradictions: 0,
  anchored: false,
  anchorLat: 0,
  anchorLon: 0,
  anchorAt: 0,
  anchorDriving: false,
  resting: false,
  restLat: 0,
  restLon: 0,
  provenAt: 0,
  device: '',
  deviceAt: 0,
});

/** Everything counted so far. */
export const travelled = (memory: TravelMemory): Metres => memory.byGps + memory.bySpeed + memory.pending;

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
export const believesWheels = (memory: TravelMemory, wheel: Kmh): boolean => wheel > 0 || memory.contradictions < CONTRADICTIONS;

const anchorAt = (memory: TravelMemory, fix: Fix, at: Instant, driving: boolean): void => {
  memory.anchored = true;
  memory.anchorLat = fix.lat;
  memory.anchorLon = fix.lon;
  memory.anchorAt = at;
  memory.anchorDriving = driving;
  memory.pending = 0;
  memory.bridged = 0;
};

const countLeg = (memory: TravelMemory, leg: Metres, fix: Fix, at: Instant, driving: boolean): void => {
  // Over a long outage the road is longer than the straight line, and wheel speed knows it; over a short one GPS is the better measure.
  memory.byGps += Math.max(0, leg - memory.bridged);
  anchorAt(memory, fix, at, driving);
};

const countBySpeed = (memory: TravelMemory): void => {
  memory.bySpeed += memory.pending;
  memory.bridged += memory.pending;
  memory.pending = 0;
};

const integrate = (memory: TravelMemory, at: Instant, wheel: Kmh): void => {
  const dt = at - memory.wheelAt;
  if (memory.wheelAt > 0 && dt <= LONGEST_STEP) memory.pending += (((memory.wheel + wheel) / 2 / 3.6) * dt) / 1_000;
  memory.wheel = wheel;
  memory.wheelAt = at;
};

/** A GPS speed is driving when it is clear, or when the vehicle has left the place where it came to rest. */
const drivesByGps = (memory: TravelMemory, fix: Fix, speed: Kmh, movingSpeed: Kmh): boolean => {
  if (speed < movingSpeed) return false;
  if (speed >= CLEAR_SPEED || !memory.resting) return true;
  return (
    distanceBetween(memory.restLat, memory.restLon, fix.lat, fix.lon) > Math.min(PROOF, Math.max(LEFT_REST, 3 * noiseOf(fix)))
  );
};

/** Rolled to a halt, or drove without telling a speed: judged by the displacement from the anchor alone. */
const driftOrDrive = (memory: TravelMemory, fix: Fix, at: Instant, leg: Metres, movingSpeed: Kmh): MotionVerdict => {
  const noise = noiseOf(fix);
  const fastEnough = leg / (Math.max(at - memory.anchorAt, seconds(1)) / 1_000) >= movingSpeed / 3.6;
  if (fix.speed !== undefined) {
    // The receiver says that it stands. It came to rest since the anchor, or drove and stopped between two sparse fixes, or it drifts.
    const drove = fastEnough && leg > Math.max(memory.anchorDriving ? ROLL_OUT : PROOF, 3 * noise);
    if (drove) countLeg(memory, leg, fix, at, false);
    else anchorAt(memory, fix, at, false);
    return drove ? 'driving' : 'standing';
  }
  const proven = memory.provenAt > 0 && at - memory.provenAt <= PROOF_HOLDS;
  if (leg <= (proven ? Math.max(NEXT_PROOF, 1.5 * noise) : Math.max(PROOF, 3 * noise))) return 'silent';
  if (!fastEnough) {
    // Too slow for a vehicle: the receiver's position drifts.
    anchorAt(memory, fix, at, false);
    return 'silent';
  }
  countLeg(memory, leg, fix, at, true);
  memory.provenAt = at;
  return 'driving';
};

const travelByFix = (memory: TravelMemory, fix: Fix, at: Instant, movingSpeed: Kmh): MotionVerdict => {
  const leg = distanceBetween(memory.anchorLat, memory.anchorLon, fix.lat, fix.lon);
  const speed = fix.speed;
  const wheelsKnown = memory.wheelAt > 0 && at - memory.wheelAt <= WHEEL_FRESH;
  if (!wheelsKnown || memory.wheel > 0 || speed === undefined || speed < CONTRADICTING_SPEED) {
    if (wheelsKnown) memory.contradictions = 0;
  } else if (leg > 0) memory.contradictions += 1;
  if (wheelsKnown ? memory.wheel > 0 : speed !== undefined && speed > DOPPLER_NOISE) {
    const driving = wheelsKnown ? memory.wheel >= movingSpeed : drivesByGps(memory, fix, speed ?? 0, movingSpeed);
    // Receivers that hold a position tell the same one again: no leg has ended yet.
    if (leg > 0 && (driving || !memory.resting || wheelsKnown)) countLeg(memory, leg, fix, at, driving);
    return driving ? 'driving' : 'standing';
  }
  if (wheelsKnown) {
    // The wheels stand: what the position did since they last turned is travel, what it does from now on is jitter.
    if (memory.pending > 1) countLeg(memory, leg, fix, at, false);
    else anchorAt(memory, fix, at, false);
    return 'standing';
  }
  return driftOrDrive(memory, fix, at, leg, movingSpeed);
};

/** Positions of two devices are never put together: they err apart from each other, and the way between them is none. */
const isMeasured = (memory: TravelMemory, device: DeviceId, at: Instant): boolean => {
  if (memory.device && memory.device !== device && at - (memory.deviceAt ?? 0) <= GPS_LOST) return false;
  memory.device = device;
  memory.deviceAt = at;
  return true;
};

/**
 * Counts what one reading adds to the travel, and says what it knows of motion.
 * @param told the position of this reading, where accepted   @param verdict what `acceptFix` said of it
 * @param wheel speed by OBD in this reading, within its range   @param movingSpeed at or above it a vehicle moves
 * @param device who told the reading
 */
export const measureTravel = (
  memory: TravelMemory,
  at: Instant,
  told: Fix | undefined,
  verdict: FixVerdict,
  wheel: Kmh | undefined,
  movingSpeed: Kmh,
  device: DeviceId = '',
): MotionVerdict => {
  const fix = told !== undefined && isMeasured(memory, device, at) ? told : undefined;
  if (wheel !== undefined) integrate(memory, at, wheel);
  let motion: MotionVerdict = 'silent';
  if (fix !== undefined) {
    if (!memory.anchored || verdict === 'restarted') {
      countBySpeed(memory);
      anchorAt(memory, fix, at, false);
      if (fix.speed !== undefined) motion = fix.speed >= movingSpeed ? 'driving' : 'standing';
    } else motion = travelByFix(memory, fix, at, movingSpeed);
  }
  if (memory.pending > 0 && (!memory.anchored || at - memory.anchorAt > GPS_LOST)) countBySpeed(memory);
  if (wheel !== undefined) motion = wheel >= movingSpeed ? 'driving' : 'standing';
  if (fix !== undefined) {
    if (motion === 'driving') memory.resting = false;
    else if (motion === 'standing' && !memory.resting) {
      memory.resting = true;
      memory.restLat = fix.lat;
      memory.restLon = fix.lon;
    }
  }
  return motion;
};
