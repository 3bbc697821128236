import { internedNames, isInterned } from '../../../model/interned-names.js';
import type { Shown } from '../live-view.js';
import type { VehicleState } from '../vehicle-state.js';
import { ObjectShapes } from './object-shapes.js';
import { LONGEST_NUMBER, NO_NUMBER, NumberReader, NumberWriter } from './packed-numbers.js';

/* What is no number begins with one of these. Counts and numbers of what is known are numbers. */
const NULL = NO_NUMBER;
const UNDEFINED = 0xf1;
const FALSE = 0xf2;
const TRUE = 0xf3;
/** ASCII: its length and its signs. */
const TEXT = 0xf4;
/** Of any signs, two bytes each. */
const WIDE_TEXT = 0xf5;
/** One that stood here before, by its number. */
const KNOWN_TEXT = 0xf6;
/** As many doubles as are said. */
const NUMBERS = 0xf7;
const LIST = 0xf8;
/** The number of its shape, and its values. */
const OBJECT = 0xf9;
/** How many keys, and each with its value: a map, or whatever else has no shape. */
const ODD_OBJECT = 0xfa;
/** A list of names that many vehicles have in common. */
const COMMON_NAMES = 0xfb;
/** One of those, written out, since too many are known. */
const NAMES = 0xfc;

/** Longer texts are hardly told twice. */
const LONGEST_KNOWN = 40;
const MOST_KNOWN = 32;
/** Lists of names that are kept for what was packed with them; beyond, they are written out. */
const MOST_COMMON = 4_096;
const ROOM_AT_FIRST = 16_384;

/** Doubles, to cut lists of them from. */
const DOUBLES: number[] = [];
for (let i = 0; i < 1_024; i++) DOUBLES.push(0.5);

const newList = (length: number): number[] => {
  if (length <= DOUBLES.length) return DOUBLES.slice(0, length);
  const list: number[] = [];
  for (let i = 0; i < length; i++) list.push(0.5);
  return list;
};

/** @param list begins with a number: where the same line of code meets lists of doubles and others, V8 boxes the doubles of those that it meets */
const areNumbers = (list: readonly unknown[]): list is readonly number[] => {
  for (let i = 0; i < list.length; i++) if (typeof list[i] !== 'number') return false;
  return true;
};

/**
 * Packs states of vehicles into texts of one byte a sign, and gives them back as they were, to the bit: what was the same text or list of names is the same
 * again, and objects are of the same classes, lists of numbers of the same kind, as those that the fold made. What was packed is only of use to who packed it.
 */
export class StatePacker {
  private readonly shapes = new ObjectShapes();
  private readonly common: (readonly string[])[] = [];
  private readonly numberOfCommon = new Map<readonly string[], number>();
  private readonly out = new NumberWriter(Buffer.allocUnsafeSlow(ROOM_AT_FIRST));
  private readonly in = new NumberReader(Buffer.allocUnsafeSlow(ROOM_AT_FIRST));
  /** Short texts of the state at hand. */
  private readonly known: string[] = [];
  /** How deep it is within maps: whatever stands in them has no shape either. */
  private inMaps = 0;
  /** Values of objects that are being made. */
  private readonly values: unknown[] = [];

  /** How many kinds of objects it has learnt. */
  get kinds(): number {
    return this.shapes.count;
  }

  /** @param shown of it: first, so that it is read without the rest */
  pack(state: VehicleState, shown: Shown): string {
    const { out, known } = this;
    known.length = 0;
    this.inMaps = 0;
    out.begin(state.newestAt);
    this.put(shown);
    this.put(state);
    return out.bytes.toString('latin1', 0, out.at);
  }

  unpack(packed: string): VehicleState {
    this.begin(packed);
    // Texts and numbers of what is shown are pointed back to.
    this.take();
    return this.take() as VehicleState;
  }

  shown(packed: string): Shown {
    this.begin(packed);
    return this.take() as Shown;
  }

  private begin(packed: string): void {
    this.known.length = 0;
    if (this.in.bytes.length < packed.length) this.in.bytes = Buffer.allocUnsafeSlow(2 * packed.length);
    this.in.bytes.write(packed, 'latin1');
    this.in.begin();
  }

  private put(value: unknown): void {
    const { out } = this;
    this.makeRoom(2 * LONGEST_NUMBER);
    if (typeof value === 'number') out.number(value);
    else if (typeof value === 'string') this.putText(value);
    else if (value === null) out.bytes[out.at++] = NULL;
    else if (value === undefined) out.bytes[out.at++] = UNDEFINED;
    else if (typeof value === 'boolean') out.bytes[out.at++] = value ? TRUE : FALSE;
    else if (Array.isArray(value)) this.putList(value);
    else this.putObject(value as Record<string, unknown>);
  }

  private makeRoom(bytes: number): void {
    const { out } = this;
    if (out.at + bytes <= out.bytes.length) return;
    const wider = Buffer.allocUnsafeSlow(2 * (out.at + bytes));
    out.bytes.copy(wider, 0, 0, out.at);
    out.bytes = wider;
  }

  private putText(text: string): void {
    const { out, known } = this;
    const { length } = text;
    if (length <= LONGEST_KNOWN) {
      const number = known.indexOf(text);
      if (number >= 0) {
        out.bytes[out.at++] = KNOWN_TEXT;
        out.bytes[out.at++] = number;
        return;
      }
      if (known.length < MOST_KNOWN) known.push(text);
    }
    this.makeRoom(2 * LONGEST_NUMBER + 2 * length);
    const begun = out.at;
    out.bytes[out.at++] = TEXT;
    out.number(length);
    if (length <= LONGEST_KNOWN) {
      let i = 0;
      for (; i < length; i++) {
        const sign = text.charCodeAt(i);
        if (sign > 0x7f) break;
        out.bytes[out.at + i] = sign;
      }
      if (i === length) {
        out.at += length;
        return;
      }
    } else if (Buffer.byteLength(text) === length) {
      out.at += out.bytes.write(text, out.at, 'latin1');
      return;
    }
    out.bytes[begun] = WIDE_TEXT;
    out.at += out.bytes.write(text, out.at, 'utf16le');
  }

  private putList(list: readonly unknown[]): void {
    const { out } = this;
    const { length } = list;
    const first = list.at(0);
    if (typeof first === 'number' && areNumbers(list)) {
      this.makeRoom(LONGEST_NUMBER * (length + 2));
      out.bytes[out.at++] = NUMBERS;
      out.number(length);
      out.numbers(list);
      return;
    }
    const isCommon = typeof first === 'string' && isInterned(list as readonly string[]);
    const common = isCommon ? this.commonOf(list as readonly string[]) : -1;
    if (common >= 0) {
      out.bytes[out.at++] = COMMON_NAMES;
      out.number(common);
      return;
    }
    out.bytes[out.at++] = isCommon ? NAMES : LIST;
    out.number(length);
    for (let i = 0; i < length; i++) this.put(list[i]);
  }

  /** @returns -1 where too many are known */
  private commonOf(list: readonly string[]): number {
    const number = this.numberOfCommon.get(list);
    if (number !== undefined) return number;
    if (this.common.length >= MOST_COMMON) return -1;
    this.numberOfCommon.set(list, this.common.length);
    return this.common.push(list) - 1;
  }

  private putObject(object: Record<string, unknown>): void {
    const { out } = this;
    const shape = this.inMaps > 0 ? undefined : this.shapes.of(object);
    if (shape === undefined) {
      this.putOdd(object);
      return;
    }
    out.bytes[out.at++] = OBJECT;
    out.number(shape.number);
    const { maps } = shape;
    let place = 0;
    for (const key in object) {
      if (maps[place++]) this.putMap(object[key]);
      else this.put(object[key]);
    }
  }

  private putMap(map: unknown): void {
    this.inMaps++;
    this.put(map);
    this.inMaps--;
  }

  private putOdd(object: Record<string, unknown>): void {
    const { out } = this;
    const keys = Object.keys(object);
    out.bytes[out.at++] = ODD_OBJECT;
    out.number(keys.length);
    this.inMaps++;
    for (const key of keys) {
      this.putText(key);
      this.put(object[key]);
    }
    this.inMaps--;
  }

  private take(): unknown {
    const reader = this.in;
    const kind = reader.bytes[reader.at]!;
    if (kind < NO_NUMBER) return reader.number();
    reader.at++;
    switch (kind) {
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case KNOWN_TEXT:
        return this.known[reader.bytes[reader.at++]!];
      case TEXT:
      case WIDE_TEXT:
        return this.takeText(kind);
      case NUMBERS: {
        const list = newList(reader.number());
        reader.numbers(list);
        return list;
      }
      case LIST:
        return this.takeList();
      case NAMES:
        return internedNames(this.takeList() as string[]);
      case OBJECT:
        return this.takeObject();
      case COMMON_NAMES:
        return this.common[reader.number()];
      default:
        return this.takeOdd();
    }
  }

  private takeList(): unknown[] {
    const length = this.in.number();
    if (length === 0) return [];
    const list: unknown[] = [];
    for (let i = 0; i < length; i++) list.push(this.take());
    return list;
  }

  private takeText(kind: number): string {
    const reader = this.in;
    const length = reader.number();
    const end = reader.at + (kind === TEXT ? length : 2 * length);
    const text = reader.bytes.toString(kind === TEXT ? 'latin1' : 'utf16le', reader.at, end);
    reader.at = end;
    if (length <= LONGEST_KNOWN && this.known.length < MOST_KNOWN) this.known.push(text);
    return text;
  }

  private takeObject(): object {
    const { values } = this;
    const { keys, make } = this.shapes.numbered(this.in.number());
    const from = values.length;
    for (let i = 0; i < keys.length; i++) values.push(this.take());
    const object = make(values, from);
    values.length = from;
    return object;
  }

  private takeOdd(): object {
    const count = this.in.number();
    const entries: [string, unknown][] = [];
    for (let i = 0; i < count; i++) entries.push([this.take() as string, this.take()]);
    return Object.fromEntries(entries);
  }
}
