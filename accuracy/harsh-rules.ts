import type { AlertKind } from '../src/model/alert.js';
import type { RuleSettings } from '../src/model/rule-settings.js';

/** The labeller of nds-blackbox: 0.35 g by the recorder's own accelerometer, each second as it tells it, at any speed. */
export const LABELLER_MPS2 = 0.35 * 9.806_65;

const rule = (id: string, kind: AlertKind, params: Record<string, unknown>): RuleSettings => ({
  id,
  kind,
  severity: null,
  params,
  applies_to: {},
  schedule: null,
  // Every event by itself: none is put under another.
  cooldown_s: 0,
  enabled: true,
});

/** Against the reference: at the default for cars, and lower, where there are enough events to judge by. */
export const REFERENCE_CASES = [
  { id: 'brake-3.5', kind: 'harsh_braking', threshold: -3.5 },
  { id: 'accel-3.0', kind: 'harsh_acceleration', threshold: 3 },
  { id: 'brake-2.5', kind: 'harsh_braking', threshold: -2.5 },
  { id: 'accel-2.5', kind: 'harsh_acceleration', threshold: 2.5 },
] as const;

/** Rules beside the default ones that each drive is folded with. */
export const extraRules: readonly RuleSettings[] = [
  ...REFERENCE_CASES.map(({ id, kind, threshold }) => rule(id, kind, { threshold })),
];
