import type { ObdErrorKind } from './obd-signal.js';

/** One reply of one ECU, put together and freed of headers, or the reason why there is none. */
export interface Message {
  /** Place of its first line in the input; errors are told in this order. */
  readonly at: number;
  /** That line as received. */
  readonly line: string;
  /** Who sent it, when a header said so. */
  readonly ecu: string | undefined;
  /** The bus, where header or framing prove it. */
  readonly bus: 'can' | 'legacy' | undefined;
  /** Service byte first; empty when `error` is set. */
  readonly bytes: readonly number[];
  readonly error: ObdErrorKind | undefined;
}

const NO_BYTES: readonly number[] = [];

/** Stands where a message should have been. */
export const failed = (at: number, line: string, error: ObdErrorKind, ecu?: string): Message => ({
  at,
  line,
  ecu,
  bus: undefined,
  bytes: NO_BYTES,
  error,
});
