import type { AlertKind, Severity } from './alert.js';
import type { Schedule } from './schedule.js';
import type { VehicleClass } from './vehicle.js';

/** A rule as people set it (contract §6). `params` are checked by the rule's own schema before they get here. */
export interface RuleSettings {
  id: string;
  kind: AlertKind;
  /** The severity of its findings; `null` leaves it to the rule. */
  severity: Severity | null;
  params: Readonly<Record<string, unknown>>;
  /** Empty lists and absent keys do not restrict. */
  applies_to: { groups?: readonly string[]; vehicles?: readonly string[]; classes?: readonly VehicleClass[] };
  schedule: Schedule | null;
  cooldown_s: number;
  enabled: boolean;
}
