import type { Device } from '../model/vehicle.js';

/** Formats whose sender is a gateway: one secret, many vehicles. */
const GATEWAYS: ReadonlySet<string> = new Set(['flespi']);

/** A gateway of a format that has them has no foreign id of its own: each of its messages says whose it is. */
export const isGateway = ({ format, foreign_id }: Device): boolean => GATEWAYS.has(format) && foreign_id === null;

/**
 * Whether the credential of `speaker` may speak for `other`: for itself; for those listed with it; and where no list was given, a gateway for
 * every device of its format.
 */
export const speaksFor = (speaker: Device, other: Device): boolean => {
  if (other.id === speaker.id) return true;
  const listed = speaker.speaks_for ?? null;
  return listed === null ? isGateway(speaker) && other.format === speaker.format : listed.includes(other.id);
};
