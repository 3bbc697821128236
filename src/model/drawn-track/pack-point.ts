/**
 * A point of an open track in three numbers instead of eight. Each value is a whole number of steps (a code), several codes share the 53 bits
 * that a double holds exactly; arrays of nothing but doubles are kept by V8 without an object for each, and survive JSON.
 */
export interface PointCodes {
  /** Milliseconds since the chunk began. */
  elapsed: number;
  speed: number;
  acceleration: number;
  lat: number;
  heading: number;
  throttle: number;
  lon: number;
  rpm: number;
}

/** The code of n steps above `least` is n + 1, below `codes`; 0 stands for "not told" and for what is out of range. */
export interface Scale {
  least: number;
  stepsPerUnit: number;
  codes: number;
}

export const LAT: Scale = { least: -90, stepsPerUnit: 1e7, codes: 2 ** 31 };
export const LON: Scale = { least: -180, stepsPerUnit: 1e7, codes: 2 ** 32 };
export const SPEED: Scale = { least: 0, stepsPerUnit: 10, codes: 2 ** 12 };
export const HEADING: Scale = { least: 0, stepsPerUnit: 10, codes: 2 ** 12 };
export const RPM: Scale = { least: 0, stepsPerUnit: 4, codes: 2 ** 16 };
export const THROTTLE: Scale = { least: 0, stepsPerUnit: 10, codes: 2 ** 10 };
export const ACCELERATION: Scale = { least: -80, stepsPerUnit: 100, codes: 2 ** 14 };

/** Bits left for the time: 37 hours. */
export const MOST_ELAPSED = 2 ** 27 - 1;
export const NUMBERS_PER_POINT = 3;

/** Nothing that is not finite gets through the comparison. */
export const codeOf = (value: number | undefined, { least, stepsPerUnit, codes }: Scale): number => {
  if (value === undefined) return 0;
  const code = Math.round((value - least) * stepsPerUnit) + 1;
  return code > 0 && code < codes ? code : 0;
};

/** One division of whole numbers: 55.289266 comes back as 55.289266. */
export const valueOfCode = (code: number, { least, stepsPerUnit }: Scale): number | null =>
  code === 0 ? null : (code - 1 + least * stepsPerUnit) / stepsPerUnit;

/** Puts the three numbers of a point at `place`, the end or that of another point. */
export const writePoint = (points: number[], place: number, point: PointCodes): void => {
  points[place] = (point.elapsed * SPEED.codes + point.speed) * ACCELERATION.codes + point.acceleration;
  points[place + 1] = (point.lat * HEADING.codes + point.heading) * THROTTLE.codes + point.throttle;
  points[place + 2] = point.lon * RPM.codes + point.rpm;
};

/** Only the time of the point at `place`. */
export const elapsedAt = (points: readonly number[], place: number): number =>
  Math.floor(points[place]! / (SPEED.codes * ACCELERATION.codes));

/** What is left is computed from what is taken away: `%` of doubles is a call into the C library, and exact no more than this is. */
export const readPoint = (points: readonly number[], place: number, into: PointCodes): PointCodes => {
  const first = points[place]!;
  const second = points[place + 1]!;
  const third = points[place + 2]!;
  const motion = Math.floor(first / ACCELERATION.codes);
  into.acceleration = first - motion * ACCELERATION.codes;
  into.elapsed = Math.floor(motion / SPEED.codes);
  into.speed = motion - into.elapsed * SPEED.codes;
  const course = Math.floor(second / THROTTLE.codes);
  into.throttle = second - course * THROTTLE.codes;
  into.lat = Math.floor(course / HEADING.codes);
  into.heading = course - into.lat * HEADING.codes;
  into.lon = Math.floor(third / RPM.codes);
  into.rpm = third - into.lon * RPM.codes;
  return into;
};
