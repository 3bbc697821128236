import type { ForeignId } from '../../model/foreign-id.js';
import type { DeviceId } from '../../model/ids.js';
import type { Instant } from '../../model/units.js';
import type { FaultWords } from '../../protocols/fault-words.js';
import type { FaultReason, Routed } from '../../protocols/protocol.js';

/** What is known of slices besides their bytes. */
export interface RoutedContext {
  /** The topic that stands in the record. */
  topic: string;
  received: Instant;
  /** All of it speaks for this device, whatever it calls itself; without it the foreign ids say. */
  device?: DeviceId;
  /** Of what could not be read: the format it came in, and who it says it is from. */
  format?: string;
  foreign?: ForeignId;
}

/** Takes what was routed before it came here. `Ingest` is one. */
export interface RoutedSink {
  readonly full: boolean;
  onDrained(resume: () => void): void;
  /** @param done as of `MessageSink.take`; a slice of nobody goes into quarantine and is no error */
  takeRouted(format: string, routed: readonly Routed[], context: RoutedContext, done: (error?: Error) => void): void;
  /** Puts into quarantine what could not be read. */
  takeUnreadable(
    bytes: Uint8Array,
    why: FaultWords & { reason: FaultReason },
    context: RoutedContext,
    done: (error?: Error) => void,
  ): void;
}
