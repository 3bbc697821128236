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

/** A record that is about to be appended. */
export interface NewRecord {
  key: RecordKey;
  header: RecordHeader;
  body: Uint8Array;
}

export interface JournalRecord extends NewRecord {
  offset: Offset;
}

/** Records of one partition, ascending by offset. */
export type RecordBatch = readonly JournalRecord[];
