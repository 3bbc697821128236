import type { VehicleId } from '../../model/ids.js';
import type { Outage } from '../../model/outage.js';
import type { Instant } from '../../model/units.js';
import type { Journal } from '../../ports/journal.js';
import type { Conditions } from '../fold/conditions.js';
import type { Slice } from './slice.js';

/** The past as questions about it need it, wherever the journal is: `Past`, or what asks it from another thread. */
export interface PastView {
  readonly journal: Pick<Journal, 'ofVehicle' | 'oldest' | 'head'>;
  conditions(): Promise<Conditions>;
  /** The outage of many that a vehicle's silence was part of. */
  outageAt(rule: string, vehicle: VehicleId, group: string | null, at: Instant): Promise<Outage | undefined>;
  slice(vehicle: VehicleId, since: Instant, until: Instant): Promise<Slice | undefined>;
}
