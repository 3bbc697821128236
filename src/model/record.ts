import type { DeviceId, VehicleId } from './ids.js';
import type { Instant } from './units.js';

/** Where a record stands in its journal. Ascends within a partition, with holes. */
export type Offset = number;

/** One of `TELLTALE_PARTITIONS`; told by the journal, never computed by a caller, never kept as identity. */
export type Partition = number;

/** A record concerns one vehicle, or every partition. */
export type RecordKey = VehicleId | typeof EVERY;
export const EVERY = '*';

/** What is known of a record without reading its body. */
export interface RecordHeader {
  /** `message`: bytes of a device · `fact`: JSON of a `Fact`, added by the server. */
  kind: 'message' | 'fact';
  received: Instant;
  /** The protocol that decodes the body (`telltale-v1`, …); empty for facts. */
  format: string;
  device: DeviceId;
  topic: string;
  /** The protocol's own mark of a second delivery (MQTT DUP). */
  dup: boolean;
}

/**
 * The texts that all messages of a device on one topic have in common, as one object: who lays such records out does so once, and keeps here what it made of
 * them. Nothing here is part of a record.
 */
export class RecordOrigin {
  /** The texts as they stand in the journal. */
  laidOut: Uint8Array | undefined = undefined;
  /** The number that stands for them on the way to a thread, and in whose count. */
  no = -1;
  countedBy: object | undefined = undefined;

  constructor(
    readonly key: RecordKey,
    readonly device: DeviceId,
    readonly format: string,
    readonly topic: string,
  ) {}
}

/** A record that is about to be appended. */
export interface NewRecord {
  key: RecordKey;
  header: RecordHeader;
  body: Uint8Array;
  /** Where the same texts have come before: they are those of `key` and `header`. */
  origin?: RecordOrigin | undefined;
}

export interface JournalRecord extends NewRecord {
  offset: Offset;
}

/** Records of one partition, ascending by offset. */
export type RecordBatch = readonly JournalRecord[];
