import { PID_TABLE } from './pid-table.js';

/** What events carry besides the OBD table. */
const BESIDES: readonly (readonly [string, string])[] = [
  ['external_voltage', 'V'],
  ['adapter_voltage', 'V'],
  ['odometer', 'km'],
];

const units = new Map<string, string>([
  ...PID_TABLE.flatMap(layout => (layout ? layout.fields.map(({ name, unit }) => [name, unit] as const) : [])),
  ...BESIDES,
]);

/** Whether it is one of the table: a device may send others under names of its own. */
export const isKnownSignal = (signal: string): boolean => units.has(signal);

/** @returns the unit of a signal by its name (`engine_rpm` → `rpm`); null where it has none or nobody knows it */
export const unitOfSignal = (signal: string): string | null => units.get(signal) ?? null;
