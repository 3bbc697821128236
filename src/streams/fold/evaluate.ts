import type { AlertOutcome } from '../../model/alert.js';
import { derivedId, type VehicleId } from '../../model/ids.js';
import { withName } from '../../model/interned-names.js';
import type { Moment } from '../../model/moment.js';
import type { Offset } from '../../model/record.js';
import { type Instant, seconds } from '../../model/units.js';
import { inSchedule } from '../../model/weekly-hours.js';
import type { Finding } from '../../rules/define-rule.js';
import { RECEIVED } from '../track/newest-record.js';
import { AT } from '../track/track-motion.js';
import { countAlert } from '../track/track-vehicle.js';
import { type FoldMemory, lastLocation, NEVER, placeAt, type Said } from './fold-memory.js';
import type { FoldOutput } from './fold-output.js';
import { type ActiveRule, partsIn } from './in-force.js';

/** Found in a reading that was this old when it came: the alert says `late` (contract §3). */
const LATE_AFTER = seconds(60);
const ALERTS_KEPT = 16;
const SUBJECTS_KEPT = 64;

/** The record on whose account rules are stepped. */
export interface Cause {
  offset: Offset;
  received: Instant;
}

/**
 * Steps rules over one vehicle's moments and makes alerts of what they find: gives ids, attributes to trip and driver, amends what is known,
 * and keeps what falls into a cool-down under its parent. One evaluator serves all vehicles; it remembers nothing between calls but
 * where it found things.
 */
export class Evaluator {
  private memory!: FoldMemory;
  private active!: ActiveRule;
  private place = 0;
  private vehicle!: VehicleId;
  private cause!: Cause;
  private out!: FoldOutput;
  /** Where among `ids` each of `rules` has its memory, −1 where it has none: found once for all vehicles that have the same. */
  private places = new Int32Array(64);
  private ids: readonly string[] = [];
  private rules: readonly ActiveRule[] = [];

  /** @param poisoned told of each rule that threw when its time came without a reading */
  constructor(private readonly poisoned: () => void) {}

  /**
   * Every rule, once, over a moment.
   * @param rules in order of id, here and below
   * @returns the earliest event time that a rule waits for now
   */
  step(memory: FoldMemory, moment: Moment, rules: readonly ActiveRule[], out: FoldOutput): Instant {
    this.begin(memory, moment.vehicle, moment.reading, out);
    this.findPlaces(memory.rules.ids, rules);
    const { places } = this;
    let { memories } = memory.rules;
    const parts = partsIn(moment);
    let next = NEVER;
    for (let i = 0; i < rules.length; i++) {
      const active = rules[i]!;
      const { needs, params, due: dueOf } = active;
      const place = places[i]!;
      let own: unknown;
      if (needs !== 0 && (needs & parts) === 0) {
        if (dueOf === undefined || place < 0) continue;
        own = memories[place];
      } else {
        const { rests, step } = active;
        if (place >= 0) {
          this.active = active;
          this.place = place;
        } else {
          if (rests?.(moment, params)) continue;
          this.take(active);
          this.findPlaces(memory.rules.ids, rules);
          ({ memories } = memory.rules);
        }
        own = memories[this.place];
        step(own, moment, params, this.report);
      }
      const due = dueOf?.(own, params);
      if (due !== undefined && due < next) next = due;
    }
    return next;
  }

  /** Lets those rules speak whose time came without a reading. */
  lapse(memory: FoldMemory, vehicle: VehicleId, at: Instant, rules: readonly ActiveRule[], cause: Cause, out: FoldOutput): void {
    this.begin(memory, vehicle, cause, out);
    for (const active of rules) {
      const due = active.due && this.dueOf(active);
      if (due === undefined || due > at) continue;
      const { rule, params } = active;
      this.take(active);
      try {
        rule.lapse?.(memory.rules.memories[this.place], due, params, this.report);
      } catch {
        // No record is to blame that could be put aside: the rule forgets this vehicle, and all else goes on.
        memory.rules.memories[this.place] = rule.start();
        this.poisoned();
      }
    }
  }

  /** The earliest event time that a rule waits for. */
  nextDue(memory: FoldMemory, rules: readonly ActiveRule[]): Instant {
    let next = NEVER;
    const { ids, memories } = memory.rules;
    let at = 0;
    for (const { due: dueOf, params, settings } of rules) {
      if (!dueOf) continue;
      at = placeOfId(ids, settings.id, at);
      const due = ids[at] === settings.id ? dueOf(memories[at], params) : undefined;
      if (due !== undefined && due < next) next = due;
    }
    return next;
  }

  private begin(memory: FoldMemory, vehicle: VehicleId, cause: Cause, out: FoldOutput): void {
    this.memory = memory;
    this.vehicle = vehicle;
    this.cause = cause;
    this.out = out;
  }

  private findPlaces(ids: readonly string[], rules: readonly ActiveRule[]): void {
    if (this.ids === ids && this.rules === rules) return;
    this.ids = ids;
    this.rules = rules;
    if (this.places.length < rules.length) this.places = new Int32Array(2 * rules.length);
    let at = 0;
    for (let i = 0; i < rules.length; i++) {
      const { id } = rules[i]!.settings;
      at = placeOfId(ids, id, at);
      this.places[i] = ids[at] === id ? at : -1;
    }
  }

  /** When a rule that is not stepped now has something to do; it may remember nothing of the vehicle yet. */
  private dueOf({ settings, due, params }: ActiveRule): Instant | undefined {
    const { ids, memories } = this.memory.rules;
    const place = placeOfId(ids, settings.id, 0);
    return ids[place] === settings.id ? due?.(memories[place], params) : undefined;
  }

  /** Makes the rule the one that speaks; its memory begins where there is none yet. */
  private take(active: ActiveRule): void {
    const { id } = active.settings;
    const { rules } = this.memory;
    const place = placeOfId(rules.ids, id, 0);
    if (rules.ids[place] !== id) {
      rules.ids = withName(rules.ids, id, place);
      rules.memories = withAt(rules.memories, place, active.rule.start());
    }
    this.active = active;
    this.place = place;
  }

  /** What the rule that speaks said before. */
  private get said(): Said | undefined {
    return this.memory.rules.said?.[this.active.settings.id];
  }

  private readonly report = (finding: Finding): void => {
    const { settings, rule } = this.active;
    if (settings.schedule && !inSchedule(settings.schedule, finding.from)) return;
    // That a private trip went by a place is what nobody is to know.
    if (this.memory.last.hidden && finding.geofence !== undefined) return;
    const subject = finding.subject ?? finding.geofence ?? finding.dtc ?? '';
    const id = derivedId('alert', this.vehicle, rule.kind, subject || settings.id, finding.from);
    const known = this.memory.alerts.find(alert => alert.id === id);
    if (known) this.amend(known, finding);
    else if (!this.suppress(subject, finding)) this.raise(id, subject, finding);
  };

  private amend(alert: AlertOutcome, finding: Finding): void {
    const endedAt = finding.to ?? alert.endedAt;
    const value = finding.value ?? alert.value;
    // What was critical once was critical: its end makes it no milder.
    const severity = alert.severity === 'critical' ? 'critical' : this.severityOf(finding);
    if (endedAt === alert.endedAt && value === alert.value && severity === alert.severity && finding.message === alert.message)
      return;
    alert.endedAt = endedAt;
    alert.value = value;
    alert.unit = finding.unit ?? alert.unit;
    alert.threshold = finding.threshold ?? alert.threshold;
    alert.severity = severity;
    alert.message = finding.message;
    if (finding.said === undefined) delete alert.said;
    else alert.said = finding.said;
    alert.evidence = { from: alert.evidence.from, to: this.cause.offset };
    this.out.alert(alert, 'updated');
  }

  /** Within the cool-down of the last one on the same subject: counted under it, and in every report. */
  private suppress(subject: string, finding: Finding): boolean {
    const last = this.said?.[subject];
    if (!last || finding.from - last.from >= seconds(this.active.settings.cooldown_s)) return false;
    if (last.suppressedFrom === finding.from) return true;
    last.suppressedFrom = finding.from;
    countAlert(this.memory.track, this.active.rule.kind, this.severityOf(finding), 1);
    const parent = this.memory.alerts.find(alert => alert.id === last.id);
    if (parent) {
      parent.suppressed++;
      this.out.alert(parent, 'updated');
    }
    return true;
  }

  private raise(id: string, subject: string, finding: Finding): void {
    const { memory, cause, active } = this;
    const { last, track } = memory;
    const severity = this.severityOf(finding);
    const shown = finding.location ?? lastLocation(memory);
    const alert: AlertOutcome = {
      id,
      kind: active.rule.kind,
      severity,
      vehicle: this.vehicle,
      driver: last.driver,
      trip: last.trip,
      occurredAt: finding.from,
      endedAt: finding.to ?? null,
      raisedAt: cause.received,
      late: track.numbers[RECEIVED]! - track.numbers[AT]! > LATE_AFTER,
      location: last.hidden ? null : shown,
      value: finding.value ?? null,
      threshold: finding.threshold ?? null,
      unit: finding.unit ?? null,
      rule: active.settings.id,
      geofence: finding.geofence ?? null,
      dtc: finding.dtc ?? null,
      message: finding.message,
      ...(finding.said && { said: finding.said }),
      suppressed: 0,
      evidence: { from: placeAt(memory, finding.from), to: cause.offset },
    };
    // Made anew, exactly as long as it is: nearly always there are none, or a few.
    memory.alerts = memory.alerts.slice(-(ALERTS_KEPT - 1)).concat([alert]);
    memory.rules.said ??= {};
    memory.rules.said[active.settings.id] ??= {};
    const said = memory.rules.said[active.settings.id]!;
    if (!(subject in said) && Object.keys(said).length >= SUBJECTS_KEPT) delete said[Object.keys(said)[0]!];
    said[subject] = { id, from: finding.from, suppressedFrom: null };
    countAlert(memory.track, active.rule.kind, severity, 1);
    this.out.alert(alert, 'raised');
  }

  private severityOf(finding: Finding): AlertOutcome['severity'] {
    const { settings, rule } = this.active;
    // What people set holds, but a finding that is critical by itself stays critical.
    if (finding.severity === 'critical') return 'critical';
    return settings.severity ?? finding.severity ?? rule.severity;
  }
}

/** Where the id of a rule is or belongs, from `at` on: usually just there, a step further where a rule is gone. */
const placeOfId = (ids: readonly string[], id: string, at: number): number => {
  let place = at;
  while (place < ids.length && ids[place] !== id && ids[place]! < id) place++;
  return place;
};

/** Another list, exactly as long as it is: one that grows has room for seventeen at once. */
const withAt = <T>(list: readonly T[], place: number, one: T): T[] => list.slice(0, place).concat([one], list.slice(place));
