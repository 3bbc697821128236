import type { z } from 'zod';
import type { AlertKind, Location, Severity } from '../model/alert.js';
import type { Condition } from '../model/condition.js';
import type { Moment } from '../model/moment.js';
import type { Reading } from '../model/reading.js';
import type { Saying } from '../model/saying.js';
import type { Instant, Seconds } from '../model/units.js';

/**
 * What a rule found. `from` is its identity: the same rule (and fence or code) with the same `from` is the same alert, so a rule that
 * returns it again later with a new `to` or `value` updates it.
 */
export interface Finding {
  /** Event time of its start. */
  from: Instant;
  /** Event time of its end, while known. */
  to?: Instant;
  /** Left out: the rule's own setting, else its default. */
  severity?: Severity;
  value?: number;
  threshold?: number;
  unit?: string;
  location?: Location;
  geofence?: string;
  dtc?: string;
  /** Where a rule has several things to tell of at once (services of a plan): which of them, for its identity and its cool-down. */
  subject?: string;
  /** One sentence for people; no names of people in it. */
  message: string;
  /** The same for other languages, where `value` against `threshold` does not say it all. */
  said?: readonly Saying[];
}

/** Where a rule puts what it found; at most some per reading. */
export type Report = (finding: Finding) => void;

/** What most moments lack. */
export type MomentPart = 'crossings' | 'accelerations' | 'cornerings' | 'force' | 'dtcNews' | 'healthNews';

export interface RuleExample<P> {
  name: string;
  params?: Partial<P>;
  given: readonly ExampleMoment[];
  finds: readonly Partial<Finding>[];
}

/** A moment of an example: what matters, the rest is filled in. */
export type ExampleMoment = Omit<Partial<Moment>, 'at' | 'reading'> & { at: Instant; reading?: Partial<Reading> };

/**
 * A rule: one file, one line in `index.ts`. It sees moments, changes nothing but its own memory, and its memory survives JSON.
 * It has no clock: where it waits for silence, it names the event time in `due`, and `lapse` is called at that time, in order, unless a
 * reading came before and changed its mind.
 */
export interface Rule<P, M> {
  kind: AlertKind;
  /** One sentence: when it fires. Parameters in backticks. */
  when: string;
  params: z.ZodType<P>;
  severity: Severity;
  /** Default cool-down: further hits are kept under the first. */
  cooldown_s: Seconds;
  /**
   * The part of a moment without which a step would do nothing: the rule is then not asked. May depend on its parameters.
   */
  needs?: MomentPart | ((params: P) => MomentPart);
  /** The rule takes the `schedule` that people set as this parameter, where the parameter is not set; else it is when the rule applies. */
  scheduleAs?: keyof P & string;
  start(): M;
  /**
   * A memory that an earlier version saved, as it is kept now; undefined where it is another rule's: what was saved does not say whose it is, so
   * that its keys must. What is a list already is not asked of.
   */
  read?(saved: object): M | undefined;
  /**
   * Whether a step of a memory that has just begun would find nothing and leave it as it is. Then none is made: of most vehicles most rules
   * never have anything to remember. Asked at each reading until there is something.
   */
  rests?(moment: Moment, params: P): boolean;
  step(memory: M, moment: Moment, params: P, report: Report): void;
  due?(memory: M, params: P): Instant | undefined;
  lapse?(memory: M, at: Instant, params: P, report: Report): void;
  /**
   * What it asks of a moment and what it saw, in the order it looks: for `why` and `why-not`. Asked after `step` of the same moment; changes
   * nothing. Where the rule has just found something, each condition may hold no more (it begins anew).
   */
  explain?(memory: M, moment: Moment, params: P): readonly Condition[];
  examples: readonly RuleExample<P>[];
}

/** A rule whose types are closed: what the runtime holds. */
export type AnyRule = Rule<Record<string, unknown>, unknown>;

export const defineRule = <P extends Record<string, unknown>, M>(rule: Rule<P, M>): AnyRule => rule as unknown as AnyRule;
