import type { DeviceId } from '../model/ids.js';
import type { Instant, Millis } from '../model/units.js';
import type { Random } from './random.js';

/** What really happened in the simulation, whatever anybody makes of the events. Kinds as in contract §4. */
export interface Truth {
  kind:
    | 'harsh_braking'
    | 'harsh_acceleration'
    | 'power_loss'
    | 'diagnostic_trouble_code'
    | 'device_offline'
    | 'geofence_enter'
    | 'geofence_exit';
  device: DeviceId;
  at: Instant;
  /** m/s², V; `undefined` where there is nothing to measure. */
  value: number | undefined;
  /** The fence, or the code. */
  subject: string | undefined;
}

const INCIDENT_KINDS = [
  'harsh_braking',
  'harsh_acceleration',
  'diagnostic_trouble_code',
  'power_loss',
  'device_offline',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** From `from` on, each vehicle has an incident in store every `gap`; the fleet's are spread evenly over it. */
export interface IncidentPhase {
  from: Instant;
  gap: Millis;
  /** How often which kind; they need not add up to 1. */
  weights: Readonly<Partial<Record<IncidentKind, number>>>;
}

export const DEFAULT_WEIGHTS: IncidentPhase['weights'] = {
  harsh_braking: 0.58,
  harsh_acceleration: 0.27,
  diagnostic_trouble_code: 0.09,
  power_loss: 0.02,
};

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** When which incident is due for one vehicle. */
export class IncidentSchedule {
  #phase = -1;
  #slot = 0;
  #due: Instant = Number.POSITIVE_INFINITY;

  constructor(
    private readonly phases: readonly IncidentPhase[],
    private readonly no: number,
    private readonly random: Random,
  ) {}

  /** @returns the incident whose time has come, once */
  due(at: Instant): IncidentKind | undefined {
    if (at >= (this.phases[this.#phase + 1]?.from ?? Number.POSITIVE_INFINITY)) {
      this.#phase += 1;
      this.#slot = 0;
      this.#due = this.#timeOfSlot();
    }
    if (at < this.#due) return undefined;
    this.#slot += 1;
    this.#due = this.#timeOfSlot();
    return this.#draw(this.phases[this.#phase]!.weights);
  }

  /** The golden ratio spreads any number of vehicles evenly over the gap, and changes who comes after whom. */
  #timeOfSlot(): Instant {
    const { from, gap } = this.phases[this.#phase]!;
    return from + gap * (this.#slot + ((this.no * GOLDEN + this.#slot * GOLDEN * GOLDEN) % 1));
  }

  #draw(weights: IncidentPhase['weights']): IncidentKind | undefined {
    let point = this.random.next() * INCIDENT_KINDS.reduce((sum, kind) => sum + (weights[kind] ?? 0), 0);
    for (const kind of INCIDENT_KINDS) {
      point -= weights[kind] ?? 0;
      if (point < 0) return kind;
    }
    return undefined;
  }
}
