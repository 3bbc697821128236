/** What rules ask of a moment: the English words by their code. Other languages have their own words for the code. */
export const ASKED = {
  engine_on: 'engine on',
  ignition_on: 'ignition on',
  engine_off_for: 'engine off for',
  engine_on_or_moving: 'engine on, or moving',
  electric_vehicle: 'electric vehicle',
  pto: 'PTO at work',
  speed: 'speed',
  wheel_speed: 'wheel speed',
  too_fast_for: 'too fast for',
  idles_for: 'idles for',
  break_so_far: 'break since the wheels last turned',
  driven_for: 'driven without a break for',
  engine_speed: 'engine speed',
  coolant: 'coolant',
  coolant_rises: 'or rising',
  coolant_possible: 'a temperature that a sensor can mean',
  coolant_jumped: 'jumped as no coolant can',
  fuel_level: 'fuel level',
  low_for: 'low for',
  levels_at_rest: 'readings in this rest',
  levels_driving: 'readings while driving',
  at_rest: 'at rest: standing, or the engine off',
  lost_at_rest: 'lost in this rest',
  lost_driving: 'lost beyond what can have been burnt',
  voltage: 'voltage, median of three readings',
  still_a_battery: 'voltage that is still a battery',
  too_high_for: 'too high for',
  too_low_for: 'too low for',
  too_low_smart_for: 'too low (a smart alternator) for',
  supply_before: 'a healthy supply before',
  supply: 'supply',
  fitted: 'fitted acceleration',
  force_across: 'force across, to either side',
  past_threshold_for: 'past the threshold for',
  samples_dense: 'samples dense and sound enough to fit a window',
  sample_of_known_axes: 'a sample of an accelerometer whose axes are known',
  blow: 'blow, gravity taken off',
  speed_before: 'speed before it',
  speed_after: 'speed after it',
  position: 'position',
  moved_away: 'moved from where it was parked',
  fixes_far_away: 'fixes in a row that far away',
  crossing_in: 'a crossing into a fence, beyond the error of the fixes',
  crossing_out: 'a crossing out of a fence, beyond the error of the fixes',
  in_dwell_fence: 'in a fence that has `dwell`',
  stays_for: 'stays for',
  fence_counts: 'the fence counts at this hour, and it is not leaving',
  hours_are_set: 'working hours are set',
  within_hours: 'within the working hours',
  used_for: 'used for',
  code_news: 'news of a trouble code',
  lamp_alone_for: 'or: lamp on without a code for',
  service_planned: 'a service in the plan of the vehicle',
  service_near: 'so near that it is told',
  day_judged: 'a day that is over judged a part',
  part_fails: 'a part that fails soon, or is bad on two of its last five days',
  silence: 'silence',
  told_already: 'told already, and it goes on',
  in_schedule: 'within its schedule',
  cooled_down: 'since its last finding (cool-down)',
  enabled: 'enabled',
  applies: 'applies to this vehicle',
  no_outage: 'not part of an outage',
  reading_near: 'a reading near that time',
} as const;

export type AskedCode = keyof typeof ASKED;

/** What is needed and what was seen, where it is no bare value: a code each, and the names of what stands in it. */
export const PHRASES = {
  // Needed.
  at_least: ['bound', 'unit'],
  at_most: ['bound', 'unit'],
  above: ['bound', 'unit'],
  below: ['bound', 'unit'],
  yes: [],
  no: [],
  yes_in_zone: ['zone'],
  in_two_readings: ['bound', 'unit'],
  rise_within: ['bound', 'within_s', 'above_c'],
  stands_within: ['bound', 'within_s'],
  since_same_subject: ['cooldown_s'],
  one: [],
  one_confirmed: [],
  one_accepted: [],
  accepted: [],
  level_reading: [],
  three_samples: [],
  new_code: [],
  new_confirmed_code: [],
  measured_part: [],
  bad_or_left: ['days'],
  less_than_ahead: [],
  silent_for: ['after_s'],
  silent_alone: [],
  applies_to: ['classes', 'groups', 'vehicles'],
  // Seen.
  rejected: [],
  sample_source: ['source'],
  code_seen: ['dtc', 'state'],
  codes_known: ['codes'],
  part_measured: ['part', 'value', 'unit'],
  part_left: ['part', 'days', 'bad'],
  parts_told: ['parts'],
  service_left_now: ['name', 'left', 'unit'],
  class_and_group: ['class', 'group'],
  silent_of: ['silent', 'of', 'alert'],
} as const satisfies Record<string, readonly string[]>;

type PhraseCode = keyof typeof PHRASES;

/** A few words with what stands in them. */
export type Phrase = {
  [C in PhraseCode]: { readonly code: C } & { readonly [P in (typeof PHRASES)[C][number]]: string | number | boolean | null };
}[PhraseCode];

/** A condition for other languages than English. */
export interface ConditionWords {
  asked: AskedCode;
  needs: Phrase;
  /** Absent where `saw` is a value, or names that people gave. */
  saw?: readonly Phrase[];
}

/** One thing that was asked of a moment, and what was seen there. `saw: null` = it was not sent. */
export interface Condition {
  /** What is looked at; the same words at every moment. */
  condition: string;
  saw: number | string | boolean | null;
  needs: string;
  holds: boolean;
  said?: ConditionWords;
}
