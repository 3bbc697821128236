import { type Alert, type AlertChange, type AlertKind, SEVERITIES, type Severity } from './alert.js';

/** Which alerts somebody wants to hear of. Empty lists do not restrict. */
export interface AlertFilter {
  kinds: readonly AlertKind[];
  min_severity: Severity;
  /** Groups of vehicles; a vehicle without a group is in none. */
  groups: readonly string[];
  /** Rules by id. */
  rules: readonly string[];
  changes: readonly AlertChange[];
}

/** @param group that the alert's vehicle is in now */
export const takesAlert = (
  { kinds, min_severity, groups, rules, changes }: AlertFilter,
  change: AlertChange,
  alert: Alert,
  group: string | null,
): boolean =>
  (changes.length === 0 || changes.includes(change)) &&
  SEVERITIES.indexOf(alert.severity) >= SEVERITIES.indexOf(min_severity) &&
  (kinds.length === 0 || kinds.includes(alert.kind)) &&
  (rules.length === 0 || rules.includes(alert.rule)) &&
  (groups.length === 0 || (group !== null && groups.includes(group)));
