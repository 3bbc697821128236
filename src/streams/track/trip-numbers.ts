/*
 * What an open trip keeps in numbers, all in one list (see number-list.ts). `NOT_TOLD` where nothing told.
 */
export const STARTED_AT = 0;
/** Offsets of its first record, and of that of `ACTIVE_AT`. */
export const FROM = 1;
export const TO = 2;
/** The last reading with the engine on or in motion. */
export const ACTIVE_AT = 3;
/** The engine has been on since then; 0 = it is not on. */
export const ENGINE_SINCE = 4;
/** Counters of travel, in metres, at the start and at `ACTIVE_AT`. */
export const GPS_AT_START = 5;
export const SPEED_AT_START = 6;
export const GPS_AT_END = 7;
export const SPEED_AT_END = 8;
/** Seconds. */
export const IDLE = 9;
export const MOVING = 10;
export const MAX_SPEED = 11;
/** Litres. */
export const FUEL = 12;
/** Seconds in which forces along the way and across it could be measured; not told in trips that began before it was known. */
export const ALONG = 13;
export const ACROSS = 14;
/** The number of its next track chunk. */
export const CHUNK_NO = 15;
/** Up to here they are the odometer's; see odometer-span.ts. */
export const ODOMETER = 16;
/** Where it starts, and where it was at `ACTIVE_AT`; `NOT_TOLD` before the first fix. */
export const START_LAT = 25;
export const START_LON = 26;
export const END_LAT = 27;
export const END_LON = 28;
export const TRIP_NUMBERS = 29;
