import { createHash } from 'node:crypto';

export type VehicleId = string;
export type DeviceId = string;
export type DriverId = string;
export type TripId = string;
export type AlertId = string;

/** What an id of a device, vehicle or driver may look like (contract §3). */
export const ID_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/;

/** Not to be used as a device id: `telltale/v1/fleet/…` belongs to the server. */
export const RESERVED_DEVICE_ID = 'fleet';

export const isId = (text: string): boolean => ID_PATTERN.test(text);

/**
 * The same parts give the same id, in every run and on every machine: ids of alerts and trips are derived, never drawn.
 * @returns 22 characters of base64url: 128 bits of SHA-256 over the parts, joined by a byte that no id may contain
 */
export const derivedId = (...parts: readonly (string | number)[]): string =>
  // Written out by itself: a part of a string keeps the whole.
  Buffer.from(createHash('sha256').update(parts.join('\u0000')).digest('base64url'), 'latin1').toString('latin1', 0, 22);
