import type { VehicleId } from '../../model/ids.js';
import type { JournalRecord, Offset, RecordHeader } from '../../model/record.js';

/** Records of one vehicle, their bodies end to end in memory that changes hands instead of being copied. */
export interface PackedRecords {
  headers: { offset: Offset; header: RecordHeader; size: number }[];
  bodies: ArrayBuffer;
}

export const packRecords = (records: readonly JournalRecord[]): PackedRecords => {
  const bodies = new Uint8Array(records.reduce((sum, { body }) => sum + body.length, 0));
  let at = 0;
  const headers = records.map(({ offset, header, body }) => {
    bodies.set(body, at);
    at += body.length;
    return { offset, header, size: body.length };
  });
  return { headers, bodies: bodies.buffer };
};

export const unpackRecords = (key: VehicleId, { headers, bodies }: PackedRecords): JournalRecord[] => {
  let at = 0;
  return headers.map(({ offset, header, size }) => {
    const body = new Uint8Array(bodies, at, size);
    at += size;
    return { key, offset, header, body };
  });
};
