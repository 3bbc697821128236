import { type Bucket, DRIVEN_WIDTH, type DrivingSums, EVENT_WIDTH } from '../../ports/scores.js';

/** Columns of equal length, as SQL answered them. */
export interface DrivenColumns {
  driver: string[];
  vehicle: string[];
  day: string[];
  distance_km: number[];
  driving_s: number[];
  idle_s: number[];
  night_s: number[];
  trips: number[];
  along_s: number[];
  across_s: number[];
}
export interface EventColumns {
  driver: string[];
  kind: string[];
  severity: string[];
  occurred_at_ms: number[];
  counted: number[];
  load: number[];
}

/** Numbers texts in the order they are met. */
class Places {
  readonly texts: string[] = [];
  private readonly known = new Map<string, number>();

  of(text: string): number {
    let place = this.known.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.known.set(text, place);
    }
    return place;
  }
}

/** Rows of numbers: those with the same key are one, to which is added. Grouping here costs a tenth of what it costs SQL. */
class Sums {
  private readonly numbers: number[] = [];
  private readonly rows = new Map<number, number>();

  /** @returns where the values of the key begin */
  of(key: number, places: readonly number[], values: number): number {
    let at = this.rows.get(key);
    if (at === undefined) {
      at = this.numbers.length + places.length;
      this.numbers.push(...places);
      for (let i = 0; i < values; i++) this.numbers.push(0);
      this.rows.set(key, at);
    }
    return at;
  }

  add(at: number, value: number): void {
    this.numbers[at]! += value;
  }

  take(): Float64Array {
    return Float64Array.from(this.numbers);
  }
}

/** Far more than there are of each; the product of three stays a whole number. */
const MOST = 2 ** 17;

/** Sums rows of SQL by driver, bucket and what tells them apart. */
export const sumDriving = (driven: DrivenColumns, happened: EventColumns, buckets: readonly Bucket[]): DrivingSums => {
  const [drivers, vehicles, kinds, severities] = [new Places(), new Places(), new Places(), new Places()];
  const ofDay = new Map<string, number>();
  const [days, events] = [new Sums(), new Sums()];
  for (let i = 0; i < driven.driver.length; i++) {
    const day = driven.day[i]!;
    let bucket = ofDay.get(day);
    if (bucket === undefined) {
      bucket = lastBefore(buckets, ({ day: first }) => first <= day);
      ofDay.set(day, bucket);
    }
    const [driver, vehicle] = [drivers.of(driven.driver[i]!), vehicles.of(driven.vehicle[i]!)];
    const at = days.of((driver * 512 + bucket) * MOST + vehicle, [driver, bucket, vehicle], DRIVEN_WIDTH - 3);
    days.add(at, driven.distance_km[i]!);
    days.add(at + 1, driven.driving_s[i]!);
    days.add(at + 2, driven.idle_s[i]!);
    days.add(at + 3, driven.night_s[i]!);
    days.add(at + 4, driven.trips[i]!);
    days.add(at + 5, driven.along_s[i]!);
    days.add(at + 6, driven.across_s[i]!);
  }
  for (let i = 0; i < happened.driver.length; i++) {
    const instant = happened.occurred_at_ms[i]!;
    const bucket = lastBefore(buckets, ({ since }) => since <= instant);
    const driver = drivers.of(happened.driver[i]!);
    const [kind, severity] = [kinds.of(happened.kind[i]!), severities.of(happened.severity[i]!)];
    const key = ((driver * 512 + bucket) * 512 + kind) * 8 + severity;
    const at = events.of(key, [driver, bucket, kind, severity], EVENT_WIDTH - 4);
    const [count, load] = [happened.counted[i]!, happened.load[i]!];
    events.add(at, count);
    events.add(at + 1, count * load);
    events.add(at + 2, count * load * load);
  }
  return {
    ...{ drivers: drivers.texts, vehicles: vehicles.texts, kinds: kinds.texts, severities: severities.texts },
    ...{ driven: days.take(), events: events.take() },
  };
};

/** The last bucket that has begun; the first one where none has, or there are none. */
const lastBefore = (buckets: readonly Bucket[], begun: (bucket: Bucket) => boolean): number => {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (begun(buckets[middle]!)) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
};
