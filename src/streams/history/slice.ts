import type { VehicleId } from '../../model/ids.js';
import type { Offset, Partition } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { Assignment } from '../../model/vehicle.js';
import type { Attributes } from '../fold/attributes.js';

/** A stretch of one vehicle's past, with all that folding it again needs besides its records and what was in force. Plain data. */
export interface Slice {
  vehicle: VehicleId;
  partition: Partition;
  attributes: readonly Attributes[];
  assignments: readonly Assignment[];
  /** Where it begins: the memory after every reading up to `at`; none after it stands before `next`. */
  base: { at: Instant; next: Offset; memory: string | null };
  /** Readings after it are not folded. */
  until: Instant;
  /** Records after it are not looked at. */
  to: Offset;
  /** False where records since the base are gone: the fold begins with less than the live one knew. */
  whole: boolean;
}
