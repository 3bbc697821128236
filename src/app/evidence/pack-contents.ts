import type { Alert } from '../../model/alert.js';
import type { Instant } from '../../model/units.js';
import type { Why } from '../../ports/history.js';

export const PACK_FORMAT = 'telltale-evidence/1';

/** The files of a pack; docs/evidence.md says what is in each. */
export const PACK_FILES = [
  'trip.json',
  'checkpoint.json',
  'facts.json',
  'records.jsonl',
  'blocks.jsonl',
  'heads.jsonl',
  'series.csv',
  'alerts.json',
  'report.html',
] as const;
export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';

export interface Manifest {
  format: typeof PACK_FORMAT;
  made_at: string;
  version: string;
  journal: string;
  vehicle: string;
  trip: string;
  /** The server's time for the fold. */
  now: Instant;
  partition: number;
  public_key: string;
  files: { name: string; bytes: number; sha256: string }[];
}

/** A line of `records.jsonl`: a record as it stands in the journal. */
export interface PackedRecord {
  offset: number;
  /** Base64. */
  value: string;
}

/** A line of `blocks.jsonl`. The first one says only where the chain stood before. Of a block without records of this vehicle, only its digest. */
export type PackedBlock =
  | { to: number; head: string }
  | { to: number; head: string; digest: string }
  | { to: number; head: string; parts: string[] };

export interface PackedAlerts {
  alerts: Alert[];
  why: Record<string, Why>;
}
