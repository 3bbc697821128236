import type { AlertKind } from '../../model/alert.js';
import { ASKED, type Condition } from '../../model/condition.js';
import { ExpiredError } from '../../model/history-errors.js';
import type { VehicleId } from '../../model/ids.js';
import type { Moment } from '../../model/moment.js';
import type { Outage } from '../../model/outage.js';
import type { Offset } from '../../model/record.js';
import type { RuleSettings } from '../../model/rule-settings.js';
import type { Instant, Millis } from '../../model/units.js';
import type { WhyNot } from '../../ports/history.js';
import { asked, YES } from '../../rules/condition.js';
import { attributesAt } from '../fold/attributes.js';
import type { FoldMemory } from '../fold/fold-memory.js';
import { activeRule, appliesTo } from '../fold/in-force.js';
import { outageAlertId } from '../fold/presence.js';
import type { Vehicle } from '../fold/vehicle.js';
import { commonConditions, memoryOfRule, ownConditions, saidByRule } from './explain-rule.js';
import { foldSlice, type SliceWatch } from './fold-slice.js';
import type { PastView } from './past-view.js';
import { ruleVersion } from './rule-version.js';
import type { WhyContext } from './why.js';

/**
 * For each rule of a kind, what it saw near a moment and which condition did not hold. Rules that are not enabled or not for this vehicle
 * are asked too: they are stepped along as if they were.
 * @param within how far around `at` is looked: of the readings there, the one at which most conditions held
 * @throws {ExpiredError} the records are gone
 */
export const whyNot = async (
  past: PastView,
  { vehicle, kind, at, within }: { vehicle: VehicleId; kind: AlertKind; at: Instant; within: Millis },
  context: WhyContext,
): Promise<WhyNot> => {
  const { journal } = past;
  const conditions = await past.conditions();
  const slice = await past.slice(vehicle, at - within, at + within);
  const head = Math.max(0, ...journal.head().values());
  const { lateness } = conditions.at(head).settings;
  let seen = new Sighting(kind, at, within);
  if (slice) {
    const judge: NonNullable<Parameters<typeof foldSlice>[0]['judge']> = (inForce, offset, of) => {
      const rules = conditions.at(offset).all.filter(rule => rule.kind === kind);
      seen.note(offset, rules, of);
      const asked = rules.flatMap(rule => activeRule(rule));
      return { ...inForce, rules: asked.sort((a, b) => (a.settings.id < b.settings.id ? -1 : 1)) };
    };
    await foldSlice({ ...context, journal, conditions, lateness, judge }, slice, () => {
      seen = new Sighting(kind, at, within);
      return seen;
    });
  }
  if (seen.nearest === undefined && slice && !slice.whole) {
    throw new ExpiredError('The raw records of that time are older than is kept.', { vehicle });
  }
  const offset = seen.offset ?? slice?.to ?? head;
  const rules: WhyNot['rules'] = [];
  for (const settings of conditions.at(offset).all.filter(rule => rule.kind === kind)) {
    const rule = await ruleVersion(journal, conditions, settings.id, offset);
    if (!rule) continue;
    const found = seen.of(settings);
    const outage = kind === 'device_offline' ? await past.outageAt(settings.id, vehicle, seen.groupOf(), at) : undefined;
    if (outage) {
      found.missing = ASKED.no_outage;
      found.conditions = [...found.conditions, inOutage(outage)];
    }
    rules.push({ rule, ...found });
  }
  rules.sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1));
  const nearest = seen.nearest === undefined ? null : new Date(seen.nearest).toISOString();
  return { vehicle, kind, at: new Date(at).toISOString(), nearest, whole: slice?.whole ?? true, rules };
};

interface Best {
  at: Instant;
  conditions: Condition[];
  holding: number;
}

class Sighting implements SliceWatch {
  nearest: Instant | undefined;
  offset: Offset | undefined;
  private vehicle: Vehicle | undefined;
  private readonly best = new Map<string, Best>();
  private readonly found = new Map<string, { from: string; message: string }>();

  constructor(
    private readonly kind: AlertKind,
    private readonly at: Instant,
    private readonly within: Millis,
  ) {}

  note(_offset: Offset, _rules: readonly RuleSettings[], vehicle: Vehicle): void {
    this.vehicle = vehicle;
  }

  stepped: NonNullable<SliceWatch['stepped']> = (reading, moment, memory, { rules, conditions }) => {
    const distance = Math.abs(moment.at - this.at);
    if (distance > this.within) return;
    if (this.nearest === undefined || distance < Math.abs(this.nearest - this.at)) {
      this.nearest = moment.at;
      this.offset = reading.offset;
    }
    // Which fences a private trip goes by is what nobody is to know.
    if (this.kind.startsWith('geofence_') && conditions.isPrivate(moment.at)) return;
    for (const active of rules) this.weigh(active, moment, memory);
  };

  private weigh(active: ReturnType<typeof activeRule>[number], moment: Moment, memory: FoldMemory): void {
    const { id } = active.settings;
    const own = memoryOfRule(memory, id) ?? active.rule.start();
    const conditions = [...ownConditions(active, own, moment), ...commonConditions(active, saidByRule(memory, id), moment)];
    const holding = conditions.filter(({ holds }) => holds).length;
    const known = this.best.get(id);
    const closer = known && Math.abs(moment.at - this.at) < Math.abs(known.at - this.at);
    if (!known || holding > known.holding || (holding === known.holding && closer)) {
      this.best.set(id, { at: moment.at, conditions, holding });
    }
  }

  alert: NonNullable<SliceWatch['alert']> = ({ kind, rule, occurredAt, endedAt, message }) => {
    if (kind !== this.kind) return;
    const until = endedAt ?? occurredAt;
    if (occurredAt > this.at + this.within || until < this.at - this.within) return;
    this.found.set(rule, { from: new Date(occurredAt).toISOString(), message });
  };

  of(settings: RuleSettings): Omit<WhyNot['rules'][number], 'rule'> {
    const best = this.best.get(settings.id);
    const conditions = [...this.forWhom(settings), ...(best?.conditions ?? [NOTHING_SENT])];
    const valid = settings.enabled && this.applies(settings);
    return {
      found: valid ? (this.found.get(settings.id) ?? null) : null,
      ts: best ? new Date(best.at).toISOString() : null,
      conditions,
      missing: conditions.find(({ holds }) => !holds)?.condition ?? null,
    };
  }

  private forWhom(settings: RuleSettings): Condition[] {
    const { enabled, applies_to } = settings;
    const attributes = this.vehicle && attributesAt(this.vehicle.state.attributes, this.offset ?? 0);
    return [
      asked('enabled', enabled, YES, enabled),
      asked(
        'applies',
        attributes
          ? [
              `class ${attributes.class}, group ${attributes.group ?? 'none'}`,
              [{ code: 'class_and_group', class: attributes.class, group: attributes.group }],
            ]
          : null,
        [JSON.stringify(applies_to), { code: 'applies_to', ...listed(applies_to) }],
        this.applies(settings),
      ),
    ];
  }

  groupOf(): string | null {
    return this.vehicle ? attributesAt(this.vehicle.state.attributes, this.offset ?? 0).group : null;
  }

  private applies(settings: RuleSettings): boolean {
    if (!this.vehicle) return true;
    const { class: vehicleClass, group } = attributesAt(this.vehicle.state.attributes, this.offset ?? 0);
    return appliesTo(settings, this.vehicle.id, vehicleClass, group);
  }
}

/** Whom a rule is for, as text; null where it does not restrict. */
const listed = ({ classes, groups, vehicles }: RuleSettings['applies_to']) => ({
  classes: classes?.join(', ') || null,
  groups: groups?.join(', ') || null,
  vehicles: vehicles?.join(', ') || null,
});

const inOutage = (outage: Outage): Condition => {
  const { silent, of } = outage;
  const alert = outageAlertId(outage);
  return asked(
    'no_outage',
    [`${silent} of ${of} devices, told by alert ${alert}`, [{ code: 'silent_of', silent, of, alert }]],
    ['silent by itself', { code: 'silent_alone' }],
    false,
  );
};

const NOTHING_SENT = asked('reading_near', null, ['one that was accepted', { code: 'one_accepted' }], false);
