import type { EngineState } from './engine.js';

const hex = (value: number, digits: 2 | 4): string =>
  Math.min(16 ** digits - 1, Math.max(0, Math.round(value)))
    .toString(16)
    .toUpperCase()
    .padStart(digits, '0');

/** The six replies that a device polls every second: rpm, speed, load, coolant, MAF, throttle (SAE J1979 scalings). */
export const fastFrames = (engine: EngineState, speed_kmh: number): string[] => [
  `410C${hex(engine.rpm * 4, 4)}`,
  `410D${hex(Math.floor(speed_kmh), 2)}`,
  `4104${hex((engine.load * 255) / 100, 2)}`,
  `4105${hex(engine.coolant + 40, 2)}`,
  `4110${hex(engine.airFlow * 100, 4)}`,
  `4111${hex((engine.throttle * 255) / 100, 2)}`,
];

/** The rate of injection, L/h: only some engines tell it. */
export const fuelRateFrame = (engine: EngineState): string => `415E${hex(engine.fuelRate * 20, 4)}`;

/** What changes slowly, polled now and then: mixture, run time, fuel level, module voltage. */
export const slowFrames = (engine: EngineState): string[] => [
  `4103${engine.closedLoop ? '02' : '01'}00`,
  `4106${trim(engine.shortTrim)}`,
  `4107${trim(engine.longTrim)}`,
  `411F${hex(engine.runTime, 4)}`,
  `412F${hex((engine.fuelLevel * 255) / 100, 2)}`,
  `4142${hex(engine.voltage * 1_000, 4)}`,
];

const trim = (percent: number): string => hex(128 + (percent * 128) / 100, 2);

/** Monitor status and stored codes. With a code the lamp is on; CAN form: count, then two bytes a code. */
export const troubleFrames = (codes: readonly string[]): string[] => [
  `4101${hex(codes.length === 0 ? 0 : 0x80 + codes.length, 2)}076500`,
  `43${hex(codes.length, 2)}${codes.map(bytesOfCode).join('')}`,
];

/** `P0301` → `0301`, `U0100` → `C100`: the top two bits are the letter, the next two the first digit. */
const bytesOfCode = (code: string): string =>
  ('PCBU'.indexOf(code[0]!) * 4 + Number(code[1])).toString(16).toUpperCase() + code.slice(2);
