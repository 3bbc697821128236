/** Units live in types. Aliases, not brands: they document, and cost no casts on the hot path. */

/** Milliseconds since the epoch, UTC. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;
/** A length of time in seconds. */
export type Seconds = number;
/** Kilometres per hour. */
export type Kmh = number;
/** Metres. */
export type Metres = number;
/** Kilometres. */
export type Km = number;
/** Metres per second squared. */
export type Mps2 = number;
/** What an accelerometer at rest feels: standard acceleration of gravity (3rd CGPM, 1901). */
export const STANDARD_GRAVITY: Mps2 = 9.80665;
/** Degrees, WGS-84 for positions, clockwise from north for headings. */
export type Degrees = number;
/** Volts. */
export type Volts = number;
/** Litres. */
export type Litres = number;

export const seconds = (n: number): Millis => n * 1_000;
export const minutes = (n: number): Millis => n * 60_000;
export const hours = (n: number): Millis => n * 3_600_000;
export const days = (n: number): Millis => n * 86_400_000;
