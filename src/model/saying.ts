/**
 * What the server says in sentences of English and who reads it may want in another language: a code for each sentence, and the names of what
 * stands in it. A client has the words for a code, or shows the sentence; sentences are never taken apart.
 */
export const SAYINGS = {
  // Of alerts.
  fence_entered: ['fence'],
  fence_left: ['fence'],
  fence_stayed: ['fence', 'stay_s'],
  code_is: ['dtc', 'meaning', 'state', 'lamp'],
  lamp_alone: [],
  codes_cleared: ['warm_ups', 'monitors'],
  supply_gone: ['how', 'volts'],
  supply_gone_told: [],
  service_due: ['name', 'left', 'unit'],
  service_done: ['name'],
  well_again: ['part'],
  outage: ['silent', 'of', 'group'],
  part_of_outage: ['silent'],
  start_moved: [],
  never_happened: [],
  overcharges: ['volts'],
  does_not_charge: ['volts'],
  stays_cold: ['limit_c'],
  mixture_corrected: ['percent'],
  idle_jumps: ['rpm'],
  power_was_missing: ['times'],
  // Of the health of a vehicle.
  no_data: ['missing'],
  forecast: ['what', 'falls', 'per_week', 'unit', 'limit', 'at', 'low', 'high'],
  beyond_limit: ['what', 'falls', 'per_week', 'unit', 'limit'],
  few_days: ['least_days', 'least_span', 'days', 'span'],
  no_trend: [],
  far_away: ['days'],
  battery_measured: ['resting', 'cranking'],
  charging_measured: ['volts'],
  charging_wrong: ['too_much', 'bad', 'of', 'volts'],
  coolant_steady: ['temp_c'],
  stays_cold_on: ['limit_c', 'cold', 'of'],
  coolant_hottest: ['temp_c', 'days'],
  misfire: ['codes', 'rpm'],
  power_well: [],
  power_missing: ['how', 'times', 'days'],
  trim: ['percent', 'bank', 'cause'],
  monitors_not_run: ['monitors'],
  service_left: ['name', 'km', 'hours', 'days', 'due'],
  service_overdue: ['name', 'km', 'hours', 'days'],
  service_unknown: ['name'],
  // Of fuel and of scores.
  fuel_unknown: [],
  fuel_guessed_mixture: [],
  fuel_type_unknown: [],
  fuel_measured_on: ['percent'],
  score_too_little: ['km', 'least_km'],
  score_left_out: ['parts'],
} as const satisfies Record<string, readonly string[]>;

export type SayingCode = keyof typeof SAYINGS;
type Value = string | number | boolean | null;

/** One sentence: its code beside what stands in it. */
export type Saying = {
  [C in SayingCode]: { readonly code: C } & { readonly [P in (typeof SAYINGS)[C][number]]: Value };
}[SayingCode];
