import type { Alert, Severity } from '../api/wire-types';

/** The same thing with the same vehicle, again and again: one entry, with the newest in front. */
export interface AlertGroup {
  /** Stable while repeats arrive: the id of the oldest. */
  key: string;
  /** Newest first. */
  alerts: readonly Alert[];
  severity: Severity;
}

/** Further apart than this, two of a kind are two stories. */
const SAME_STORY_MS = 60 * 60_000;

const SEVERITY_ORDER: readonly Severity[] = ['info', 'warning', 'critical'];

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  SEVERITY_ORDER.indexOf(severity) >= SEVERITY_ORDER.indexOf(least);

/** @param alerts newest first @returns groups, newest first by their newest alert */
export const groupAlerts = (alerts: readonly Alert[]): AlertGroup[] => {
  const open = new Map<string, Alert[]>();
  const groups: Alert[][] = [];
  for (const alert of alerts) {
    const story = `${alert.kind} ${alert.vehicle} ${alert.geofence ?? ''} ${alert.dtc ?? ''}`;
    const group = open.get(story);
    const last = group?.at(-1);
    if (group && last && Date.parse(last.occurred_at) - Date.parse(alert.occurred_at) <= SAME_STORY_MS) group.push(alert);
    else {
      const fresh = [alert];
      open.set(story, fresh);
      groups.push(fresh);
    }
  }
  return groups.map(group => ({
    key: group.at(-1)!.id,
    alerts: group,
    severity: group.reduce<Severity>((worst, { severity }) => (isAtLeast(severity, worst) ? severity : worst), 'info'),
  }));
};
