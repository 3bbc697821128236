import type { Moment } from '../../model/moment.js';
import { placesToKeep } from '../../model/places-to-keep.js';
import type { Reading } from '../../model/reading.js';
import { signalIn } from '../../model/signal-columns.js';
import type { SampleColumns } from '../../ports/history.js';

type Value = number | string | boolean | null;
type Read = (moment: Moment, reading: Reading) => Value | undefined;

const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 1_000) / 1_000;

/** Of every reading, whatever is looked at. */
const ALWAYS: Record<string, Read> = {
  offset: (_, { offset }) => offset,
  lat: ({ fix }) => fix?.lat,
  lon: ({ fix }) => fix?.lon,
  fix: ({ fix }, reading) => (fix ? 'accepted' : reading.fix ? 'rejected' : null),
  speed_kmh: ({ speed }) => rounded(speed),
  engine_on: ({ engineOn }) => engineOn,
};

/** By what a rule looks at. */
const WHERE_LOOKED_AT: Record<string, Record<string, Read>> = {
  accelerations: {
    acceleration_mps2: ({ accelerations }) => rounded(accelerations.at(-1)?.value),
    acceleration_source: ({ accelerations }) => accelerations.at(-1)?.source,
  },
  cornerings: {
    cornering_mps2: ({ cornerings }) => rounded(cornerings.at(-1)?.value),
    cornering_source: ({ cornerings }) => cornerings.at(-1)?.source,
  },
  force: {
    force_forward_mps2: ({ force }) => rounded(force?.forward),
    force_right_mps2: ({ force }) => rounded(force?.right),
  },
  acc: {
    acc_x_mps2: (_, { acc }) => rounded(acc?.x),
    acc_y_mps2: (_, { acc }) => rounded(acc?.y),
    acc_z_mps2: (_, { acc }) => rounded(acc?.z),
  },
  externalVoltage: { external_voltage_v: (_, { externalVoltage }) => rounded(externalVoltage) },
  odometer: { odometer_km: (_, { odometer }) => rounded(odometer) },
  ignition: { ignition: (_, { ignition }) => ignition },
  driver: { driver: ({ driver }) => driver },
  trip: { trip: ({ trip }) => trip },
  fuelType: { fuel_type: ({ fuelType }) => fuelType },
  crossings: { crossings: ({ crossings }) => crossings.map(({ side, name }) => `${side} ${name}`).join(', ') || null },
  dtcNews: { dtc: ({ dtcNews }) => dtcNews.map(({ code, state }) => `${code || 'MIL'} ${state}`).join(', ') || null },
};

const PLACES: ReadonlySet<string> = new Set(['lat', 'lon', 'crossings']);

const SIGNAL = 'signals.';

/** Samples of a window as columns, and no more of them than asked for; peaks of numbers stay. */
export class SampleSeries {
  private readonly ts: number[] = [];
  private readonly columns = new Map<string, { read: Read; values: Value[] }>();

  /** @param seen what the rule looks at, as `lookedAt` says it */
  constructor(seen: Iterable<string> = []) {
    this.look(seen);
  }

  /** Columns come into being when something is looked at for the first time. */
  look(seen: Iterable<string>): void {
    for (const [name, read] of Object.entries(ALWAYS)) this.add(name, read);
    for (const what of seen) {
      if (what.startsWith(SIGNAL)) {
        const signal = what.slice(SIGNAL.length);
        this.add(signal, (_, { signals }) => signalIn(signals, signal));
      } else for (const [name, read] of Object.entries(WHERE_LOOKED_AT[what] ?? {})) this.add(name, read);
    }
  }

  private add(name: string, read: Read): void {
    if (!this.columns.has(name)) this.columns.set(name, { read, values: this.ts.map(() => null) });
  }

  /** @param hidden the vehicle is driven privately: where it is stays out */
  push(moment: Moment, hidden: boolean): void {
    this.ts.push(moment.at);
    for (const [name, { read, values }] of this.columns)
      values.push(hidden && PLACES.has(name) ? null : (read(moment, moment.reading) ?? null));
  }

  get length(): number {
    return this.ts.length;
  }

  /** The columns; those in which nothing was ever sent are there too, since that says something. */
  read(most: number): SampleColumns {
    const numeric = [...this.columns.values()].map(({ values }) =>
      values.map(value => (typeof value === 'number' ? value : null)),
    );
    const places = placesToKeep([this.ts, ...numeric], most);
    const kept: SampleColumns = { ts: places.map(place => new Date(this.ts[place]!).toISOString()) };
    for (const [name, { values }] of this.columns) kept[name] = places.map(place => values[place]!);
    return kept;
  }
}
