import { HEALTH_PARTS, type HealthDay, type HealthPart } from '../../model/health.js';
import type { Saying } from '../../model/saying.js';
import { estimateBattery } from './battery.js';
import { estimateCharging } from './charging.js';
import { estimateCoolant, estimateThermostat } from './cooling.js';
import { estimateEnginePower, estimateMisfire } from './engine.js';
import { estimateFuelTrims } from './fuel-trims.js';
import { dayNumber, type Estimator, type HealthState, type PartHealth, urgencyOf, worse } from './part-health.js';

const ESTIMATORS: Readonly<Record<HealthPart, Estimator>> = {
  battery: estimateBattery,
  charging: estimateCharging,
  coolant: estimateCoolant,
  thermostat: estimateThermostat,
  fuel_trims: estimateFuelTrims,
  misfire: estimateMisfire,
  engine_power: estimateEnginePower,
};

/** Something to do, or to look at. */
export interface HealthFinding {
  part: HealthPart | 'dtc' | 'service' | 'readiness';
  state: Exclude<HealthState, 'ok' | 'not_enough_data'>;
  text: string;
  /** The same for other languages; of a part, without its name. */
  said: readonly Saying[];
  /** The day it is expected to matter; null where it does now, or nobody can tell. */
  at: string | null;
}

export interface HealthReport {
  parts: Record<HealthPart, PartHealth>;
  findings: HealthFinding[];
  /** The worst of all findings; `not_enough_data` where nothing could be judged. */
  state: HealthState;
  /** For sorting a fleet: higher is more urgent. */
  urgency: number;
}

const NAMES: Readonly<Record<HealthPart, string>> = {
  battery: 'Battery',
  charging: 'Charging',
  coolant: 'Coolant',
  thermostat: 'Thermostat',
  fuel_trims: 'Fuel trims',
  misfire: 'Misfire',
  engine_power: 'Engine power',
};

/**
 * What the days say of a vehicle, part by part, and what is to be done, most urgent first.
 * @param days of one vehicle, in order
 * @param further findings that come from elsewhere (codes, service)
 */
export const healthReportOf = (days: readonly HealthDay[], further: readonly HealthFinding[] = []): HealthReport => {
  const parts = Object.fromEntries(HEALTH_PARTS.map(part => [part, ESTIMATORS[part](days)])) as Record<HealthPart, PartHealth>;
  const findings: HealthFinding[] = [...further];
  for (const part of HEALTH_PARTS) {
    const { state, note, said, forecast } = parts[part];
    if (state === 'ok' || state === 'not_enough_data') continue;
    findings.push({ part, state, text: `${NAMES[part]}: ${note}`, said, at: forecast?.at ?? null });
  }
  findings.sort((a, b) => urgencyOf(b.state) - urgencyOf(a.state) || (a.at ?? '').localeCompare(b.at ?? ''));
  let state: HealthState = 'not_enough_data';
  for (const part of HEALTH_PARTS) state = worse(state, parts[part].state);
  for (const finding of findings) state = worse(state, finding.state);
  return { parts, findings, state, urgency: urgencyScore(state, findings, days.at(-1)?.day) };
};

const SOONER_COUNTS = 90;

/** State first, then how soon, then how much. */
const urgencyScore = (state: HealthState, findings: readonly HealthFinding[], today: string | undefined): number => {
  const soonest = findings.flatMap(({ at }) => (at === null || today === undefined ? [] : [dayNumber(at) - dayNumber(today)]));
  const left = Math.max(0, Math.min(SOONER_COUNTS, ...soonest));
  return urgencyOf(state) * 100 + (SOONER_COUNTS - left) / 2 + Math.min(9, findings.length);
};
