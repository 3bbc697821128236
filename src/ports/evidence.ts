import type { TripOutcome } from '../model/trip.js';

/** Signs with the server's own key (Ed25519). */
export interface Signer {
  /** PEM (SPKI). */
  publicKey: string;
  /** SHA-256 of the key in DER, hex: short enough to read out. */
  fingerprint: string;
  /** @returns base64 */
  sign(bytes: Uint8Array): string;
}

/** Packs what proves a trip and its alerts. */
export interface Evidence {
  publicKey(): { algorithm: 'Ed25519'; public_key: string; fingerprint: string };
  /**
   * A ZIP in pieces, made while it is read.
   * @param showsPrivate also where its records hold places of private trips
   * @throws {PrivateError} they do and it is not   @throws {ExpiredError} the records are gone   @throws {TooMuchError} it would be too large
   * @throws {BusyError}
   */
  pack(trip: TripOutcome, showsPrivate: boolean): Promise<AsyncIterable<Uint8Array>>;
}
