import type { ObdReply } from './decode-obd.js';
import type { ObdErrorKind, ObdSignal } from './obd-signal.js';

/** A reply as programs outside see it (`telltale decode`, the golden vectors): the error is its kind alone. */
export interface FlatReply {
  readonly signals: readonly ObdSignal[];
  readonly error?: ObdErrorKind;
  /** Only for `negative_response`. */
  readonly service?: string;
  readonly nrc?: string;
}

/** Flattens a decoded reply; what is not there has no key. */
export function flatReply({ signals, error }: ObdReply): FlatReply {
  if (error === undefined) return { signals };
  const { kind, service, nrc } = error;
  return service === undefined ? { signals, error: kind } : { signals, error: kind, service, nrc: nrc! };
}
