/** Numeric signals by the names of the OBD table (`engine_rpm`, `vehicle_speed`, …), in its units. Booleans are 0 and 1. */
export type Signals = Record<string, number>;

/** Sequences that differ are few, but devices choose the order: then all begin anew. */
const MOST_SHAPES = 1_024;

/** Names of signals in the order in which they were told: one object for all readings that tell the same. */
export class SignalShape {
  /** Of each among the known signals; told-signals.ts makes them, when the first reading of the shape is taken in. */
  places: Int16Array | undefined = undefined;
  /** As many values, of no meaning: a copy of it is a list of doubles, exactly as long as it is. */
  readonly blank: readonly number[];
  /** Where the odometer stands among `names`; −1 where it does not. */
  readonly odometerAt: number;
  private readonly longer = new Map<string, SignalShape>();
  /** What was told behind it last. */
  private likely: SignalShape | undefined = undefined;

  constructor(
    readonly names: readonly string[],
    /** Of `names`; '' where there are none. */
    private readonly last: string,
  ) {
    const blank: number[] = [];
    for (let i = 0; i < names.length; i++) blank.push(Number.NaN);
    this.blank = blank;
    this.odometerAt = names.indexOf('odometer');
  }

  /** The shape with this name behind the others; undefined where it is one of them. */
  with(name: string): SignalShape | undefined {
    const { likely } = this;
    if (likely !== undefined && likely.last === name) return likely;
    if (this.names.includes(name)) return undefined;
    const found = this.longer.get(name) ?? shapeOf(this.names.concat([name]), name);
    this.longer.set(name, found);
    this.likely = found;
    return found;
  }
}

let none = new SignalShape([], '');
let shapes = 0;

const shapeOf = (names: readonly string[], last: string): SignalShape => {
  if (++shapes > MOST_SHAPES) {
    none = new SignalShape([], '');
    shapes = 0;
  }
  return new SignalShape(names, last);
};

/**
 * Signals as columns: a reading of a shape that is known needs its values only. A record of its own takes three times the memory, and is taken apart again
 * as soon as it is folded.
 */
export class SignalColumns {
  constructor(
    readonly shape: SignalShape,
    /** In the order of `shape.names`. */
    readonly values: readonly number[],
  ) {}
}

/** Signals as a decoder tells them: most as a record. */
export type SentSignals = Readonly<Signals> | SignalColumns;

/** Puts columns together, one signal after the other. To be used again and again. */
export class ColumnsInTheMaking {
  private shape = none;
  private readonly values: number[] = [];
  private count = 0;

  begin(): void {
    this.shape = none;
    this.count = 0;
  }

  /** What is told twice stands where it was told first, with the value it was told last: as in a record. */
  add(name: string, value: number): void {
    const longer = this.shape.with(name);
    if (longer === undefined) {
      this.values[this.shape.names.indexOf(name)] = value;
      return;
    }
    this.shape = longer;
    this.values[this.count++] = value;
  }

  done(): SignalColumns {
    const { shape, count } = this;
    const values = shape.blank.slice();
    for (let i = 0; i < count; i++) values[i] = this.values[i]!;
    return new SignalColumns(shape, values);
  }
}

/** As a record, to look at or to copy: made anew where it is none. */
export const recordOf = (signals: SentSignals): Readonly<Signals> => {
  if (!(signals instanceof SignalColumns)) return signals;
  const record: Signals = {};
  signals.shape.names.forEach((name, i) => {
    record[name] = signals.values[i]!;
  });
  return record;
};

/** One of them; undefined where it is not told. Who asks at each reading asks `toldBy`. */
export const signalIn = (signals: SentSignals, name: string): number | undefined =>
  signals instanceof SignalColumns ? valueAt(signals, signals.shape.names.indexOf(name)) : signals[name];

/** The odometer among them. Decoders ask each reading that has signals, and next to none tells one. */
export const odometerIn = (signals: SentSignals): number | undefined =>
  signals instanceof SignalColumns ? valueAt(signals, signals.shape.odometerAt) : signals.odometer;

/** Not at −1: V8 looks that up as the name that it is. */
const valueAt = ({ values }: SignalColumns, place: number): number | undefined => (place < 0 ? undefined : values[place]);
