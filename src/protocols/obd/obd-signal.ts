/** What a decoded signal holds. `null` is a stated "none" (no freeze frame stored), which differs from not sent. */
export type ObdValue = number | boolean | string | null | readonly string[];

/** One decoded value with where it came from. */
export interface ObdSignal {
  /** Service that was asked, two hex digits; `AT` for the adapter's own voltage. */
  readonly mode: string;
  /** Two upper-case hex digits; `null` where the service has no PID (03, 04, 07, 0A). */
  readonly pid: string | null;
  readonly name: string;
  readonly value: ObdValue;
  readonly unit: string;
  /** Who answered; only when the line showed a header: `7E8`, `18DAF110`, or a legacy source byte such as `10`. */
  ecu?: string;
  /** Freeze-frame number; only for mode 02. */
  frame?: number;
}

/** Everything that can be wrong with an exchange, by name. A kind never comes with a value from the same message bytes. */
export type ObdErrorKind =
  | 'empty'
  | 'too_long'
  | 'not_hex'
  | 'no_payload'
  | 'no_data'
  | 'unable_to_connect'
  | 'stopped'
  | 'buffer_full'
  | 'bus_error'
  | 'data_error'
  | 'bad_command'
  | 'adapter_fault'
  | 'negative_response'
  | 'truncated'
  | 'incomplete_multiframe'
  | 'unknown_pid'
  | 'unsupported_mode'
  | 'invalid_vin';

/** One failing message. */
export interface ObdError {
  readonly kind: ObdErrorKind;
  /** The message's first line as received, cut to 120 characters; empty where the input as a whole failed. */
  readonly line: string;
  /** Refused service and reason code, two upper-case hex digits each; only for `negative_response`. */
  readonly service?: string;
  readonly nrc?: string;
}

/** What the caller knows about the exchange; both are hints. */
export interface ObdContext {
  /** What was sent to the adapter. */
  readonly request?: string;
  /** `can` makes a trouble-code reply of 7 bytes start with a count; without it such a reply is the older, uncounted form. */
  readonly protocol?: 'can' | 'legacy';
}
