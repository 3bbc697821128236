import type { ObdValue } from './obd-signal.js';

/** A number inside a PID's data: value = raw × mul / div + add. Integers all the way, so the last digit is as good as it gets. */
export interface NumberField {
  readonly kind: 'number';
  readonly name: string;
  readonly unit: string;
  /** Position of its first byte in the PID's data. */
  readonly at: number;
  readonly width: 1 | 2 | 4;
  readonly signed: boolean;
  readonly mask: number;
  readonly mul: number;
  readonly div: number;
  readonly add: number;
  /** Bit of the PID's first byte that says the sensor exists; 0 = always there. */
  readonly flag: number;
  /** Raw value that says "no sensor here"; -1 = none does. */
  readonly absent: number;
}

/** Anything that is not a number: lists and texts. */
export interface OtherField {
  readonly kind: 'other';
  readonly name: string;
  readonly unit: string;
  readonly read: (data: readonly number[], at: number, pid: number) => ObdValue;
}

/** What stands behind a PID, whichever service carries it. */
export interface PidLayout {
  readonly pid: number;
  readonly bytes: number;
  readonly fields: readonly (NumberField | OtherField)[];
}

/** How raw becomes a value; what is left out changes nothing. */
export type Scale = Partial<Pick<NumberField, 'mul' | 'div' | 'add' | 'signed' | 'mask' | 'absent'>>;

type Part =
  | Omit<NumberField, 'at'>
  | (OtherField & { readonly width: 0 })
  | { readonly kind: 'reserved'; readonly width: number };

const number =
  (width: 1 | 2 | 4) =>
  (name: string, unit: string, scale: Scale = {}): Omit<NumberField, 'at'> => ({
    kind: 'number',
    name,
    unit,
    width,
    signed: false,
    mask: 0xffffffff,
    mul: 1,
    div: 1,
    add: 0,
    flag: 0,
    absent: -1,
    ...scale,
  });

/** One byte, two or four bytes (big-endian, unsigned unless the scale says otherwise). */
export const byte = number(1);
export const word = number(2);
export const long = number(4);

/** A list or text that reads the PID's bytes by itself and takes no room of its own; put the room it reads behind it. */
export const other = (name: string, unit: string, read: OtherField['read']): Part => ({
  kind: 'other',
  name,
  unit,
  read,
  width: 0,
});

/** Bytes that no number of this PID stands in. */
export const reserved = (width: number): Part => ({ kind: 'reserved', width });

/** A first byte of flags, bit 0 up, one for each of the numbers behind it. */
export const flagged = (...parts: Omit<NumberField, 'at'>[]): Part[] => [
  reserved(1),
  ...parts.map((part, i) => ({ ...part, flag: 1 << i })),
];

/** Lays the parts of a PID one behind the other; its length is theirs together. */
export function pid(code: number, ...parts: Part[]): PidLayout {
  const fields: (NumberField | OtherField)[] = [];
  let bytes = 0;
  for (const part of parts) {
    if (part.kind === 'number') fields.push(place(part, bytes));
    else if (part.kind === 'other') fields.push({ kind: 'other', name: part.name, unit: part.unit, read: part.read });
    bytes += part.width;
  }
  return { pid: code, bytes, fields };
}

/** Written out key by key: all fields share one shape, and reading them stays as fast as it can be. */
const place = (part: Omit<NumberField, 'at'>, at: number): NumberField => ({
  kind: 'number',
  name: part.name,
  unit: part.unit,
  at,
  width: part.width,
  signed: part.signed,
  mask: part.mask,
  mul: part.mul,
  div: part.div,
  add: part.add,
  flag: part.flag,
  absent: part.absent,
});

/** The field's raw value, masked but not scaled; unsigned 32-bit stays unsigned. */
function rawOf(field: NumberField, data: readonly number[], base: number): number {
  const at = base + field.at;
  if (field.width === 1) return data[at]! & field.mask;
  const high = data[at]! * 256 + data[at + 1]!;
  if (field.width === 2) return field.signed && high >= 0x8000 ? high - 0x10000 : high;
  return high * 0x10000 + data[at + 2]! * 256 + data[at + 3]!;
}

/** Whether the vehicle says that this sensor exists. */
export const isPresent = (field: NumberField, data: readonly number[], base: number): boolean =>
  (field.flag === 0 || (data[base]! & field.flag) !== 0) && (field.absent < 0 || rawOf(field, data, base) !== field.absent);

/** The field's value in its unit; `base` is where the PID's data begin. A `bool` is 0 or 1. */
export const numberOf = (field: NumberField, data: readonly number[], base: number): number =>
  (rawOf(field, data, base) * field.mul) / field.div + field.add;
