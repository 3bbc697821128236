import type { DeviceId, DriverId } from './ids.js';
import type { Offset } from './record.js';
import type { SentSignals, Signals } from './signal-columns.js';
import type { Degrees, Instant, Km, Kmh, Metres, Volts } from './units.js';

/** A position as a device sent it. Present only where the device claims a fix. */
export interface Fix {
  lat: Degrees;
  lon: Degrees;
  speed: Kmh | undefined;
  heading: Degrees | undefined;
  altitude: Metres | undefined;
  hdop: number | undefined;
  sats: number | undefined;
  accuracy: Metres | undefined;
}

/** What one message says of a position, on devices that send one value per topic. */
export interface FixPart {
  lat?: Degrees;
  lon?: Degrees;
  /** By the receiver. */
  speed?: Kmh;
  /** By the wheels: stands in where the receiver tells none. */
  wheelSpeed?: Kmh;
  heading?: Degrees;
  altitude?: Metres;
  hdop?: number;
  sats?: number;
  /** Whether the receiver has a fix now. */
  locked?: boolean;
  /** The receiver's clock. */
  time?: Instant;
}

/** Specific force in the vehicle's frame, m/s²: x right, y forward, z up, gravity included. */
export interface Acceleration {
  x: number;
  y: number;
  z: number;
}

/** Trouble codes as told at one moment. A list that was not asked for is `undefined`; an empty list says "none". */
export interface DtcReport {
  stored: readonly string[] | undefined;
  pending: readonly string[] | undefined;
  permanent: readonly string[] | undefined;
  milOn: boolean | undefined;
  /** The engine's freeze frame, and the code that stored it. */
  frozen?: { code: string | undefined; signals: Signals };
  /** Monitors that have not run since codes were cleared (PID 01); left out where not told. */
  incomplete?: readonly string[];
}

export type { Signals };

/**
 * One event of one device, decoded. Every key is always there, so that all readings share one shape; not sent is `undefined`.
 */
export interface Reading {
  /** When it happened, by the device's own clock (or `received`, see `ownTime`). */
  at: Instant;
  /** When the record that carries it arrived. */
  received: Instant;
  device: DeviceId;
  seq: number | undefined;
  /** Where it stands: the record, and its place in it. */
  offset: Offset;
  n: number;
  /** False where the device sent no time and `at` is the arrival. */
  ownTime: boolean;
  fix: Fix | undefined;
  /** On devices that send one value per topic: what this message adds to a position. The fold joins the parts of a device. */
  fixPart?: FixPart;
  /** Numbers by name; see signal-columns.ts. */
  signals: SentSignals;
  acc: Acceleration | undefined;
  dtcs: DtcReport | undefined;
  ignition: boolean | undefined;
  /** The supply of the device. */
  externalVoltage: Volts | undefined;
  odometer: Km | undefined;
  driver: DriverId | undefined;
  vin: string | undefined;
  /** From a status topic or a last will. */
  online: boolean | undefined;
  /** What was sent, for telling content apart; see `contentOf`. */
  source: unknown;
}

export const noSignals: Readonly<Signals> = Object.freeze({});

/** A reading with nothing in it but where and when: decoders fill in what they found. */
export const emptyReading = (at: Instant, received: Instant, device: DeviceId, offset: Offset, n: number): Reading => ({
  at,
  received,
  device,
  seq: undefined,
  offset,
  n,
  ownTime: true,
  fix: undefined,
  signals: noSignals,
  acc: undefined,
  dtcs: undefined,
  ignition: undefined,
  externalVoltage: undefined,
  odometer: undefined,
  driver: undefined,
  vin: undefined,
  online: undefined,
  source: undefined,
});

/*
 * The first reading of all has no times. V8 then keeps those of all readings as objects that are handed on as they are; else it would take them for
 * plain doubles, and make an object of one for each call that it goes into: forty an event.
 */
emptyReading(undefined as never, undefined as never, '', 0, 0);
