import type { Alert } from '../../model/alert.js';
import type { Condition } from '../../model/condition.js';
import { ExpiredError } from '../../model/history-errors.js';
import type { Offset } from '../../model/record.js';
import { type Instant, minutes, seconds } from '../../model/units.js';
import type { Why } from '../../ports/history.js';
import type { Conditions } from '../fold/conditions.js';
import type { ActiveRule } from '../fold/in-force.js';
import { believedPosition } from '../track/accept-fix.js';
import { commonConditions, memoryOfRule, ownConditions, saidByRule } from './explain-rule.js';
import { FilterLog } from './filter-log.js';
import { foldSlice, type SliceContext, type SliceWatch } from './fold-slice.js';
import { lookedAt } from './looked-at.js';
import type { PastView } from './past-view.js';
import { ruleVersion } from './rule-version.js';
import { SampleSeries } from './sample-series.js';

const SAMPLES = 2_000;
const OFFSETS = 2_000;
/** Shown around the event, so that its beginning and end can be seen. */
const BEFORE = seconds(30);
const AFTER = seconds(30);
/** Of an alert that has not ended. */
const OPEN_FOR = minutes(10);

export type WhyContext = Omit<SliceContext, 'journal' | 'conditions' | 'lateness' | 'judge'>;

/**
 * Folds the vehicle again around an alert, and tells what the rule saw.
 * @throws {ExpiredError} its records are gone
 */
export const why = async (past: PastView, alert: Alert, context: WhyContext): Promise<Why> =>
  (await whyEach(past, [alert], context))[0]!;

/**
 * The same for several alerts of one vehicle, folded once.
 * @throws {ExpiredError} the records of one are gone
 */
export const whyEach = async (past: PastView, alerts: readonly Alert[], context: WhyContext): Promise<Why[]> => {
  const { journal } = past;
  const conditions = await past.conditions();
  const asked = alerts.map(alert => questionOf(alert, journal.oldest(), conditions));
  if (asked.length === 0) return [];
  const since = Math.min(...asked.map(({ window }) => window.from));
  const slice = await past.slice(alerts[0]!.vehicle, since, Math.max(...asked.map(({ until }) => until)));
  if (!slice) throw new ExpiredError('Nothing of this vehicle is kept.', { vehicle: alerts[0]!.vehicle });

  let seen: Sighting[] = [];
  const { lateness } = conditions.at(Math.max(...asked.map(({ to }) => to))).settings;
  const { tally } = await foldSlice({ ...context, journal, conditions, lateness }, slice, () => {
    seen = asked.map(({ alert, window }) => new Sighting(alert, window));
    return allOf(seen);
  });
  const answers: Why[] = [];
  for (const [n, { alert, window, from, to }] of asked.entries()) {
    const sighting = seen[n]!;
    answers.push({
      alert,
      reproduced: sighting.reproduced,
      whole: slice.whole,
      rule: (await ruleVersion(journal, conditions, alert.rule, to)) ?? null,
      conditions: sighting.conditions,
      window: { from: iso(window.from), to: iso(window.to) },
      samples: sighting.samples.read(SAMPLES),
      filters: sighting.filters.read(tally.duplicates),
      suppressed: sighting.suppressed.map(at => ({ from: iso(at) })),
      raw: { partition: slice.partition, from, to, offsets: [...sighting.offsets].sort((a, b) => a - b).slice(0, OFFSETS) },
    });
  }
  return answers;
};

const allOf = (sightings: readonly Sighting[]): SliceWatch => ({
  stepping: (...step) => {
    for (const sighting of sightings) sighting.stepping(...step);
  },
  stepped: (...step) => {
    for (const sighting of sightings) sighting.stepped(...step);
  },
  alert: (...told) => {
    for (const sighting of sightings) sighting.alert(...told);
  },
});

interface Question {
  alert: Alert;
  from: Offset;
  to: Offset;
  window: { from: Instant; to: Instant };
  /** The end of its cool-down. */
  until: Instant;
}

/** @throws {ExpiredError} */
const questionOf = (alert: Alert, oldest: Offset, conditions: Conditions): Question => {
  const [from = 0, to = 0] = alert.evidence.split('-').map(Number);
  if (from < oldest) {
    throw new ExpiredError('The raw records of this alert are older than is kept. The alert itself stays.', { alert: alert.id });
  }
  const occurred = Date.parse(alert.occurred_at);
  const ended = alert.ended_at === null ? undefined : Date.parse(alert.ended_at);
  const window = { from: occurred - BEFORE, to: (ended ?? Math.max(occurred, Date.parse(alert.raised_at) - OPEN_FOR)) + AFTER };
  if (ended === undefined) window.to = Math.max(window.to, occurred + OPEN_FOR);
  const cooldown = seconds(conditions.ruleAt(alert.rule, to)?.rule.cooldown_s ?? 0);
  return { alert, from, to, window, until: Math.max(window.to, occurred + cooldown) };
};

const iso = (at: Instant): string => new Date(at).toISOString();

/** Watches the fold pass by an alert. */
class Sighting implements SliceWatch {
  readonly samples = new SampleSeries();
  readonly filters = new FilterLog();
  readonly offsets = new Set<Offset>();
  readonly suppressed: Instant[] = [];
  reproduced = false;
  conditions: Condition[] = [];
  private raisedNow = false;
  private suppressedSoFar = 0;
  private before: unknown;
  private saidBefore: ReturnType<typeof saidByRule>;
  private position: { lat: number; lon: number; suspects: number } | undefined;

  constructor(
    private readonly alertOf: Alert,
    private readonly window: { from: Instant; to: Instant },
  ) {}

  stepping: NonNullable<SliceWatch['stepping']> = ({ at }, memory) => {
    this.raisedNow = false;
    if (!this.within(at)) return;
    this.before = structuredClone(memoryOfRule(memory, this.alertOf.rule));
    this.saidBefore = structuredClone(saidByRule(memory, this.alertOf.rule));
    this.position = believedPosition(memory.track.numbers);
  };

  stepped: NonNullable<SliceWatch['stepped']> = (_reading, moment, memory, { rules, conditions }, sent) => {
    if (!this.within(moment.at)) return;
    const hidden = conditions.isPrivate(moment.at);
    this.filters.note(moment, sent, this.position === undefined || this.position.suspects > 1, hidden);
    this.offsets.add(moment.reading.offset);
    const active = rules.find(({ settings }) => settings.id === this.alertOf.rule);
    if (active) {
      const own = memoryOfRule(memory, active.settings.id) ?? active.rule.start();
      if (active.rule.explain)
        this.samples.look(lookedAt(moment, shown => active.rule.explain!(structuredClone(own), shown, active.params)));
      if (this.raisedNow || !this.reproduced) {
        const found = this.explained(active, own, moment);
        if (this.raisedNow || moment.at <= Date.parse(this.alertOf.occurred_at)) {
          this.conditions = [...found, ...commonConditions(active, this.saidBefore, moment)];
        }
      }
    }
    this.samples.push(moment, hidden);
  };

  /** As the rule saw it when it found it: what it forgot by telling is taken from before that. */
  private explained(active: ActiveRule, own: unknown, moment: Parameters<typeof ownConditions>[2]): Condition[] {
    const after = ownConditions(active, own, moment);
    if (!this.raisedNow) return [...after];
    const before = this.before === undefined ? after : ownConditions(active, this.before, moment);
    return after.map((condition, i) => {
      const earlier = before[i];
      return !condition.holds && earlier?.condition === condition.condition && earlier.holds ? earlier : condition;
    });
  }

  alert: NonNullable<SliceWatch['alert']> = (outcome, change, memory) => {
    if (outcome.id !== this.alertOf.id) return;
    this.reproduced = true;
    if (change === 'raised') this.raisedNow = true;
    if (outcome.suppressed > this.suppressedSoFar) {
      this.suppressedSoFar = outcome.suppressed;
      const said = memory.rules.said?.[outcome.rule] ?? {};
      for (const last of Object.values(said))
        if (last.id === outcome.id && last.suppressedFrom !== null) this.suppressed.push(last.suppressedFrom);
    }
  };

  private within(at: Instant): boolean {
    return at >= this.window.from && at <= this.window.to;
  }
}
