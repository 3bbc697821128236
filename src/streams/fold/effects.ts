import type { AlertAction, AlertOutcome } from '../../model/alert.js';
import type { AlertId, DeviceId, VehicleId } from '../../model/ids.js';
import type { Silence } from '../../model/outage.js';
import type { Offset, Partition } from '../../model/record.js';
import type { Saying } from '../../model/saying.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';

/** What the fold says of an alert at one place of the journal. (partition, offset, n) is its key: folding the tail again gives the same. */
export type AlertEffect = { partition: Partition; offset: Offset; n: number; id: AlertId; vehicle: VehicleId } & (
  | { change: 'raised' | 'updated'; outcome: AlertOutcome }
  | { change: 'retracted'; reason: string; said?: Saying; replacedBy: AlertId | null }
  | { change: 'handled'; action: AlertAction; by: string; at: Instant; note: string }
);

/** A part of a record that could not be taken: kept, and told to its device. */
export interface RefusalEffect {
  offset: Offset;
  n: number;
  device: DeviceId;
  vehicle: VehicleId;
  topic: string;
  format: string;
  received: Instant;
  reason: string;
  detail: string;
  said: Saying;
  bytes: Uint8Array;
}

/** What folding a batch gave. Values, carried out by the stages behind. */
export interface FoldEffects {
  alerts: AlertEffect[];
  /** Finished trips, chunks and days, and what late data took away. Those that still grow are asked for (`growing`). */
  rows: RollUpRow[];
  refusals: RefusalEffect[];
  /** Vehicles that were heard, or that something happened to; one may stand here twice. */
  changed: VehicleId[];
  /** Absent for nearly all. */
  silences?: Silence[];
}

export const newFoldEffects = (): FoldEffects => ({ alerts: [], rows: [], refusals: [], changed: [] });
