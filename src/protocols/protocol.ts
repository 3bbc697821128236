import type { DeviceId } from '../model/ids.js';
import type { Reading } from '../model/reading.js';
import type { Offset } from '../model/record.js';
import type { Instant } from '../model/units.js';

/** A part of a message that speaks for one device. */
export interface Routed {
  device: DeviceId;
  slice: Uint8Array;
}

/** What a decoder knows besides the bytes. */
export interface DecodeContext {
  device: DeviceId;
  topic: string;
  received: Instant;
  offset: Offset;
}

/** Why something could not be taken; a stable word, counted and told to the device. */
export type FaultReason = 'unreadable' | 'wrong_type' | 'out_of_range' | 'too_far_ahead' | 'too_large' | 'unknown_topic' | 'poison';

/** A part of a record that could not be decoded. */
export interface DecodeFault {
  /** Its place in the record. */
  n: number;
  reason: FaultReason;
  /** Names what is wrong, for people. */
  detail: string;
  /** What was sent, as far as it can be cut out; else undefined = the whole record. */
  part: string | undefined;
}

/** What a record says. Good parts are there, whatever the bad ones are. */
export interface Decoded {
  readings: Reading[];
  faults: DecodeFault[];
}

/**
 * A way in which devices speak. One folder, one line in `index.ts`. `route` is cheap and comes before the record, `decode` after it.
 * Neither ever throws, whatever the bytes.
 */
export interface Protocol {
  name: string;
  /** MQTT filters of the topics it hears. */
  topics: readonly string[];
  /** @returns whom the message speaks for; empty when it is not of this protocol */
  route(topic: string, payload: Uint8Array): readonly Routed[];
  decode(slice: Uint8Array, context: DecodeContext): Decoded;
  /** The topic on which a device is told what could not be taken, where it has one. */
  errorTopic?(device: DeviceId): string;
}
