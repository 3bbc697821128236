import { z } from 'zod';
import type { Location } from '../model/alert.js';
import type { Condition } from '../model/condition.js';
import type { FittedAcceleration, Moment } from '../model/moment.js';
import { type Instant, type Kmh, type Mps2, seconds } from '../model/units.js';
import { asked, atLeast, atMost, notToldYet, ONE } from './condition.js';
import type { Finding, Report } from './define-rule.js';
import { type PerClass, perClass } from './per-class.js';

/** One braking, acceleration or curve that goes on; null between them. Values are beyond zero in its direction. */
export type HarshMemory = { open: HarshEvent | null };

export type HarshKind = 'harsh_braking' | 'harsh_acceleration' | 'harsh_cornering';

interface HarshEvent {
  from: Instant;
  /** Centre of the newest window past the threshold, and of the newest at all. */
  to: Instant;
  seen: Instant;
  peak: Mps2;
  /** With the sign of the direction. */
  threshold: Mps2;
  fastest: Kmh;
  location: Location | null;
  /** The severity it was told with; null before it is proven. */
  told: 'warning' | 'critical' | null;
}

export type HarshParams = {
  threshold: PerClass;
  min_speed_kmh: Kmh;
  min_duration_s: number;
  critical_factor: number;
  each_sample: boolean;
};

/** An event is over when the force falls below this part of the threshold: one braking with a short let-up is one. */
const RELEASE = 0.7;
/** Or when no window follows for so long. */
const SILENCE = seconds(3);

/** @param sign −1 for braking: thresholds may be given with either sign, and are kept with this one */
export const harshParams = (sign: 1 | -1, defaults: PerClass) =>
  z
    .strictObject({
      threshold: perClass(defaults).optional().describe('m/s²; a number for all classes, or one per class'),
      threshold_mps2: perClass(defaults).optional().describe('another name of `threshold`').meta({ deprecated: true }),
      min_speed_kmh: z.number().min(0).default(10).describe('slower than this throughout is manoeuvring'),
      min_duration_s: z.number().min(0).default(0).describe('beyond the window, which is 1 to 2 s long itself'),
      critical_factor: z.number().min(1).default(1.5).describe('critical from this times the threshold'),
      each_sample: z
        .boolean()
        .default(false)
        .describe(
          'take each sample of the accelerometer as it is told, and nothing else: for recorders that smooth by themselves; on others a pot-hole is an event',
        ),
    })
    .transform(({ threshold, threshold_mps2, ...rest }): HarshParams => {
      const given = threshold ?? threshold_mps2 ?? defaults;
      const signed = (value: number) => sign * Math.abs(value);
      return {
        threshold: { car: signed(given.car), van: signed(given.van), truck: signed(given.truck), bus: signed(given.bus) },
        ...rest,
      };
    });

/** The sample of this reading as if it were a window; used again at each. */
const sample: FittedAcceleration[] = [{ value: 0, at: 0, source: 'acc', speed: undefined }];
const NOTHING: readonly FittedAcceleration[] = [];

const windowsOf = (moment: Moment, kind: HarshKind, { each_sample }: HarshParams): readonly FittedAcceleration[] => {
  const { force } = moment;
  if (!each_sample) return kind === 'harsh_cornering' ? moment.cornerings : moment.accelerations;
  if (force === undefined) return NOTHING;
  sample[0]!.value = kind === 'harsh_cornering' ? force.right : force.forward;
  sample[0]!.at = moment.at;
  return sample;
};

/**
 * Follows the fitted acceleration past the threshold: told as soon as it is proven, again when it turns critical, and at its end with
 * its peak. Windows without a known speed do not count, except where any speed will do.
 */
export const stepHarsh = (memory: HarshMemory, moment: Moment, params: HarshParams, kind: HarshKind, report: Report): void => {
  for (const window of windowsOf(moment, kind, params)) {
    if (memory.open !== null && window.at - memory.open.seen > SILENCE) endHarsh(memory, params, kind, report);
    const speed = window.speed ?? moment.speed ?? (params.min_speed_kmh === 0 ? 0 : undefined);
    if (speed !== undefined) follow(memory, moment, window, speed, params, kind, report);
  }
};

const follow = (
  memory: HarshMemory,
  moment: Moment,
  { at, value }: FittedAcceleration,
  speed: Kmh,
  params: HarshParams,
  kind: HarshKind,
  report: Report,
): void => {
  const given = params.threshold[moment.class];
  // A curve may go to either side; the open one goes to its own.
  const sign = kind === 'harsh_cornering' ? Math.sign(value) : Math.sign(given);
  const limit = Math.abs(given);
  if (memory.open !== null && Math.sign(memory.open.threshold) * value < RELEASE * Math.abs(memory.open.threshold))
    endHarsh(memory, params, kind, report);
  const past = sign * value >= limit;
  if (memory.open === null) {
    if (!past) return;
    memory.open = {
      from: at,
      to: at,
      seen: at,
      peak: sign * value,
      threshold: sign * limit,
      fastest: speed,
      location: moment.location === undefined ? null : { lat: moment.location.lat, lon: moment.location.lon },
      told: null,
    };
  }
  const { open } = memory;
  open.seen = at;
  if (past) open.to = at;
  if (sign * value > open.peak) open.peak = sign * value;
  if (speed > open.fastest) open.fastest = speed;
  if (!isProven(open, params)) return;
  const severity = severityOf(open, params);
  if (open.told === severity) return;
  open.told = severity;
  report(findingOf(open, severity, kind));
};

/** Whether no window is past the threshold: then nothing begins. */
export const restsHarsh = (moment: Moment, params: HarshParams, kind: HarshKind): boolean => {
  const given = params.threshold[moment.class];
  for (const { value } of windowsOf(moment, kind, params)) {
    const force = kind === 'harsh_cornering' ? Math.abs(value) : Math.sign(given) * value;
    if (force >= Math.abs(given)) return false;
  }
  return true;
};

/** When an open event ends by silence. */
export const harshDue = ({ open }: HarshMemory): Instant | undefined => (open === null ? undefined : open.seen + SILENCE);

/** Ends the open event and tells it with its peak, where it was told at all. */
export const endHarsh = (memory: HarshMemory, params: HarshParams, kind: HarshKind, report: Report): void => {
  const { open } = memory;
  memory.open = null;
  if (open === null || open.told === null) return;
  report({ ...findingOf(open, severityOf(open, params), kind), to: open.to });
};

/** What the strongest window of the moment says, and the event that goes on. */
export const explainHarsh = ({ open }: HarshMemory, moment: Moment, params: HarshParams, kind: HarshKind): Condition[] => {
  const threshold = params.threshold[moment.class];
  const across = kind === 'harsh_cornering';
  /** Beyond zero in the direction of the rule; a curve may go to either side. */
  const beyond = (value: Mps2) => (across ? Math.abs(value) : Math.sign(threshold) * value);
  let strongest: FittedAcceleration | undefined;
  for (const window of windowsOf(moment, kind, params))
    if (strongest === undefined || beyond(window.value) > beyond(strongest.value)) strongest = window;
  const force = strongest === undefined ? open?.peak : beyond(strongest.value);
  const signed = force === undefined ? undefined : across ? force : Math.sign(threshold) * force;
  const name = across ? 'force_across' : 'fitted';
  return [
    asked(
      params.each_sample ? 'sample_of_known_axes' : 'samples_dense',
      strongest ? [strongest.source, [{ code: 'sample_source', source: strongest.source }]] : null,
      params.each_sample ? ONE : ['three samples over a second or two, at most 2.5 s apart', { code: 'three_samples' }],
      strongest !== undefined,
    ),
    threshold < 0 ? atMost(name, signed, threshold, 'm/s2') : atLeast(name, signed, threshold, 'm/s2'),
    atLeast('speed', open?.fastest ?? strongest?.speed ?? moment.speed, params.min_speed_kmh, 'km/h'),
    atLeast('past_threshold_for', open === null ? null : (open.to - open.from) / 1_000, params.min_duration_s, 's'),
    notToldYet(open !== null && open.told !== null && open.told === severityOf(open, params)),
  ];
};

const isProven = (open: HarshEvent, { min_speed_kmh, min_duration_s }: HarshParams): boolean =>
  open.fastest >= min_speed_kmh && open.to - open.from >= seconds(min_duration_s);

const severityOf = ({ peak, threshold }: HarshEvent, { critical_factor }: HarshParams): 'warning' | 'critical' =>
  peak >= critical_factor * Math.abs(threshold) ? 'critical' : 'warning';

const WORDS: Readonly<Record<HarshKind, readonly [forward: string, backward: string]>> = {
  harsh_braking: ['Harsh braking', 'Harsh braking'],
  harsh_acceleration: ['Harsh acceleration', 'Harsh acceleration'],
  harsh_cornering: ['Harsh cornering to the right', 'Harsh cornering to the left'],
};

const findingOf = (open: HarshEvent, severity: 'warning' | 'critical', kind: HarshKind): Finding => {
  const value = Math.round(Math.sign(open.threshold) * open.peak * 100) / 100;
  return {
    from: open.from,
    severity,
    value,
    threshold: open.threshold,
    unit: 'm/s2',
    location: open.location ?? undefined,
    message: `${WORDS[kind][value >= 0 ? 0 : 1]}: ${value} m/s² at up to ${Math.round(open.fastest)} km/h.`,
  };
};
