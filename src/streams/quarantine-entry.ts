import { createHash } from 'node:crypto';
import type { ForeignId } from '../model/foreign-id.js';
import type { Offset } from '../model/record.js';
import type { Saying } from '../model/saying.js';
import type { QuarantineEntry } from '../ports/live.js';

/** So much of what could not be taken is kept; the hash is of all of it. */
export const QUARANTINED_BYTES = 256 * 1024;

export interface Refused {
  id: string;
  device: string | null;
  vehicle: string | null;
  topic: string;
  received: number;
  reason: string;
  detail: string;
  said?: Saying;
  bytes: Uint8Array;
  offset: Offset | null;
  format?: string;
  foreign?: ForeignId;
}

/** Lays out an entry for the quarantine. */
export const quarantineEntry = ({
  id,
  device,
  vehicle,
  topic,
  received,
  reason,
  detail,
  said,
  bytes,
  offset,
  format,
  foreign,
}: Refused): QuarantineEntry => ({
  id,
  device,
  vehicle,
  topic,
  received_at: received,
  reason,
  detail,
  ...(said !== undefined && { said }),
  bytes: bytes.subarray(0, QUARANTINED_BYTES),
  truncated: bytes.length > QUARANTINED_BYTES,
  hash: createHash('sha256').update(bytes).digest('hex'),
  offset,
  ...(format !== undefined && { format }),
  ...(foreign !== undefined && { foreign }),
});
