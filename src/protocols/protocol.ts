import type { ForeignId } from '../model/foreign-id.js';
import type { DeviceId } from '../model/ids.js';
import type { Reading } from '../model/reading.js';
import type { Offset } from '../model/record.js';
import type { Saying } from '../model/saying.js';
import type { Instant } from '../model/units.js';

/** A part of a message that speaks for one device. */
export interface Routed {
  /**
   * The device by our own name. Beside `foreign` it is the name that the device gets where it is registered on sight, and nothing else.
   * Empty where nothing in the message names the device: then it is who the connection is logged in as.
   */
  device: DeviceId;
  /** Set where the format has names of its own; it goes before `device`. */
  foreign?: ForeignId;
  slice: Uint8Array;
}

/** What a decoder knows besides the bytes. */
export interface DecodeContext {
  device: DeviceId;
  topic: string;
  received: Instant;
  offset: Offset;
  /** The owner's own names for signals (`"Speed_CAN"` → `"vehicle_speed"`), where a format lets its owner choose names. */
  names?: Readonly<Record<string, string>>;
}

/** Why something could not be taken; a stable word, counted and told to the device. */
export type FaultReason =
  | 'unreadable'
  | 'wrong_type'
  | 'out_of_range'
  | 'too_far_ahead'
  | 'too_large'
  | 'unknown_topic'
  | 'unknown_device'
  | 'poison';

/** A part of a record that could not be decoded. */
export interface DecodeFault {
  /** Its place in the record. */
  n: number;
  reason: FaultReason;
  /** Names what is wrong, for people. */
  detail: string;
  /** The same for other languages. */
  said: Saying;
  /** What was sent, as far as it can be cut out; else undefined = the whole record. */
  part: string | undefined;
}

/** What a record says. Good parts are there, whatever the bad ones are. */
export interface Decoded {
  readings: Reading[];
  faults: DecodeFault[];
  /** Names of what was sent and nobody here knows, each once, bounded (`UnknownNames`); absent where there was none. */
  unknown?: readonly string[];
}

/** What every way of arriving has: the name that stands in the record, and how the record is read. */
export interface Decoder {
  name: string;
  decode(slice: Uint8Array, context: DecodeContext): Decoded;
}

/**
 * A way in which devices speak. One folder, one line in `index.ts`. `route` is cheap and comes before the record, `decode` after it.
 * Neither ever throws, whatever the bytes.
 */
export interface Protocol extends Decoder {
  /** MQTT filters of the topics it hears. */
  topics: readonly string[];
  /** @returns whom the message speaks for; empty when it is not of this protocol */
  route(topic: string, payload: Uint8Array): readonly Routed[];
  /** What `route` answers depends on the topic alone, and where it is one part that is the whole message. */
  routesByTopic?: true;
  /** Whether it hears a topic that no filter of `topics` names, since its owner chose it; such a topic takes a connection of its own. */
  hears?(topic: string): boolean;
  /** The topic on which a device is told what could not be taken, where it has one. */
  errorTopic?(device: DeviceId): string;
}
