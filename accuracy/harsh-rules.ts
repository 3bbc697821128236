import type { AlertKind } from '../src/model/alert.js';
import type { RuleSettings } from '../src/model/rule-settings.js';

/** The labeller of nds-blackbox: 0.35 g by the recorder's own accelerometer, each second as it tells it, at any speed. */
const LABELLER_MPS2 = 0.35 * 9.806_65;

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

const KINDS = ['harsh_braking', 'harsh_acceleration', 'harsh_cornering'] as const;
export type HarshKind = (typeof KINDS)[number];

/** As the labeller of nds-blackbox found its events, and by the product's own windows at the same threshold. */
export const LABEL_CASES = KINDS.flatMap(kind => [
  { id: `labeller-${kind}`, kind, own: true },
  { id: `fitted-${kind}`, kind, own: false },
]);

/** Across the way the reference has few runs at the default of 4 m/s². */
export const CORNER_CASES = [
  { id: 'corner-3.5', threshold: 3.5 },
  { id: 'corner-3.0', threshold: 3 },
  { id: 'corner-2.5', threshold: 2.5 },
] as const;

/** Rules beside the default ones that each drive is folded with. */
export const extraRules: readonly RuleSettings[] = [
  ...REFERENCE_CASES.map(({ id, kind, threshold }) => rule(id, kind, { threshold })),
  ...CORNER_CASES.map(({ id, threshold }) => rule(id, 'harsh_cornering', { threshold })),
  ...LABEL_CASES.map(({ id, kind, own }) =>
    rule(id, kind, { threshold: LABELLER_MPS2, min_speed_kmh: own ? 0 : 10, each_sample: own }),
  ),
];
