import { z } from 'zod';
import type { AlertKind, Location } from '../model/alert.js';
import type { Moment } from '../model/moment.js';
import { type Instant, type Kmh, type Mps2, seconds } from '../model/units.js';
import type { Finding, Report } from './define-rule.js';
import { type PerClass, perClass } from './per-class.js';

/** One braking or acceleration that goes on; null between them. Values are beyond zero in the direction of the rule. */
export type HarshMemory = { open: HarshEvent | null };

interface HarshEvent {
  from: Instant;
  /** Centre of the newest window past the threshold, and of the newest at all. */
  to: Instant;
  seen: Instant;
  peak: Mps2;
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
      threshold_mps2: perClass(defaults).optional().describe('another name of `threshold`'),
      min_speed_kmh: z.number().min(0).default(10).describe('slower than this throughout is manoeuvring'),
      min_duration_s: z.number().min(0).default(0).describe('beyond the window, which is 1 to 2 s long itself'),
      critical_factor: z.number().min(1).default(1.5).describe('critical from this times the threshold'),
    })
    .transform(({ threshold, threshold_mps2, ...rest }): HarshParams => {
      const given = threshold ?? threshold_mps2 ?? defaults;
      const signed = (value: number) => sign * Math.abs(value);
      return {
        threshold: { car: signed(given.car), van: signed(given.van), truck: signed(given.truck), bus: signed(given.bus) },
        ...rest,
      };
    });

/**
 * Follows the fitted acceleration past the threshold: told as soon as it is proven, again when it turns critical, and at its end with
 * its peak. Windows without a known speed do not count.
 */
export const stepHarsh = (memory: HarshMemory, moment: Moment, params: HarshParams, kind: AlertKind, report: Report): void => {
  const threshold = params.threshold[moment.class];
  const sign = Math.sign(threshold);
  for (const window of moment.accelerations) {
    if (memory.open !== null && window.at - memory.open.seen > SILENCE) endHarsh(memory, params, kind, report);
    const speed = window.speed ?? moment.speed;
    if (speed === undefined) continue;
    const force = sign * window.value;
    const past = force >= sign * threshold;
    if (memory.open === null) {
      if (!past) continue;
      memory.open = {
        from: window.at,
        to: window.at,
        seen: window.at,
        peak: force,
        threshold,
        fastest: speed,
        location: moment.location === undefined ? null : { lat: moment.location.lat, lon: moment.location.lon },
        told: null,
      };
    }
    const { open } = memory;
    open.seen = window.at;
    if (force < RELEASE * Math.abs(open.threshold)) {
      endHarsh(memory, params, kind, report);
      continue;
    }
    if (past) open.to = window.at;
    if (force > open.peak) open.peak = force;
    if (speed > open.fastest) open.fastest = speed;
    if (!isProven(open, params)) continue;
    const severity = severityOf(open, params);
    if (open.told === severity) continue;
    open.told = severity;
    report(findingOf(open, severity, kind));
  }
};

/** When an open event ends by silence. */
export const harshDue = ({ open }: HarshMemory): Instant | undefined => (open === null ? undefined : open.seen + SILENCE);

/** Ends the open event and tells it with its peak, where it was told at all. */
export const endHarsh = (memory: HarshMemory, params: HarshParams, kind: AlertKind, report: Report): void => {
  const { open } = memory;
  memory.open = null;
  if (open === null || open.told === null) return;
  report({ ...findingOf(open, severityOf(open, params), kind), to: open.to });
};

const isProven = (open: HarshEvent, { min_speed_kmh, min_duration_s }: HarshParams): boolean =>
  open.fastest >= min_speed_kmh && open.to - open.from >= seconds(min_duration_s);

const severityOf = ({ peak, threshold }: HarshEvent, { critical_factor }: HarshParams): 'warning' | 'critical' =>
  peak >= critical_factor * Math.abs(threshold) ? 'critical' : 'warning';

const findingOf = (open: HarshEvent, severity: 'warning' | 'critical', kind: AlertKind): Finding => {
  const value = Math.round(Math.sign(open.threshold) * open.peak * 100) / 100;
  return {
    from: open.from,
    severity,
    value,
    threshold: open.threshold,
    unit: 'm/s2',
    location: open.location ?? undefined,
    message: `${kind === 'harsh_braking' ? 'Harsh braking' : 'Harsh acceleration'}: ${value} m/s² at up to ${Math.round(open.fastest)} km/h.`,
  };
};
