import type { AlertAction, AlertKind } from './alert.js';
import type { FleetSettings } from './fleet-settings.js';
import type { Geofence } from './geofence.js';
import type { AlertId, VehicleId } from './ids.js';
import type { Outage } from './outage.js';
import type { RuleSettings } from './rule-settings.js';
import type { Instant } from './units.js';
import type { Assignment, Device, Vehicle } from './vehicle.js';

/**
 * What the server itself adds to the journal. Besides devices' messages nothing else may influence an outcome.
 * Facts about one vehicle stand under its key, the others under `EVERY`.
 */
export type Fact =
  /** The time. It goes on, but where it was `set`: the server's clock had been ahead, and is right again. */
  | { type: 'tick'; at: Instant; set?: true }
  | { type: 'settings_put'; settings: FleetSettings }
  | { type: 'rule_put'; rule: RuleSettings }
  | { type: 'rule_deleted'; id: string }
  /** Kinds whose default rule has been put once: nobody puts it again when people delete it. */
  | { type: 'kinds_installed'; kinds: readonly AlertKind[] }
  | { type: 'geofence_put'; geofence: Geofence }
  | { type: 'geofence_deleted'; id: string }
  | { type: 'device_put'; device: Device }
  | { type: 'device_deleted'; id: string }
  /** Many devices fell silent together. The same `id` again: there are more of them, or it is `over`. */
  | ({ type: 'outage' } & Outage)
  | { type: 'vehicle_put'; vehicle: Vehicle }
  | { type: 'vehicle_deleted'; id: VehicleId }
  | { type: 'assignment_put'; assignment: Assignment }
  | { type: 'assignment_deleted'; id: string; vehicle: VehicleId }
  | {
      type: 'alert_handled';
      id: AlertId;
      vehicle: VehicleId;
      action: AlertAction;
      by: string;
      at: Instant;
      note: string;
    };
