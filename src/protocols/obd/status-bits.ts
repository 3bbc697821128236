import { HEX } from './hex-digits.js';

/** Monitors that run all the time: bits 0-2 of byte B supported, bits 4-6 the same not ready. */
const CONTINUOUS = ['misfire', 'fuel_system', 'components'] as const;

/** Monitors that run once a drive, bit 0 up; byte C supported, byte D not ready. `undefined` is a reserved bit. */
const SPARK = [
  'catalyst',
  'heated_catalyst',
  'evaporative_system',
  'secondary_air',
  'ac_refrigerant',
  'oxygen_sensor',
  'oxygen_sensor_heater',
  'egr_vvt',
] as const;
const COMPRESSION = [
  'nmhc_catalyst',
  'nox_scr',
  undefined,
  'boost_pressure',
  undefined,
  'exhaust_gas_sensor',
  'pm_filter',
  'egr_vvt',
] as const;

/** Bit B3 tells which of the two monitor lists applies. */
export const isCompression = (b: number): boolean => (b & 0x08) !== 0;

/**
 * Readiness monitors that the vehicle has and has not finished.
 * @param b @param c @param d bytes B, C and D of PID 01 or 41
 * @see SAE J1979 PID 01; incomplete = supported and not-ready bit set
 */
export function incompleteMonitors(b: number, c: number, d: number): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 3; bit++) if (b & (b >> 4) & (1 << bit)) names.push(CONTINUOUS[bit]!);
  const list = isCompression(b) ? COMPRESSION : SPARK;
  for (let bit = 0; bit < 8; bit++) {
    const name = list[bit];
    if (name !== undefined && c & d & (1 << bit)) names.push(name);
  }
  return names;
}

/**
 * PIDs (or info types) that a support bitmap names.
 * @param base the bitmap's own number: bit 7 of its first byte is base+1, bit 0 of its last is base+20h
 */
export function supportedPids(base: number, data: readonly number[], at: number): string[] {
  const pids: string[] = [];
  for (let i = 0; i < 32; i++) if (data[at + (i >> 3)]! & (0x80 >> (i & 7))) pids.push(HEX[base + 1 + i]!);
  return pids;
}

/** Oxygen sensors by position, bit 0 up: four to a bank (PID 13) or two to a bank (PID 1D). */
export function oxygenSensors(bits: number, perBank: 2 | 4): string[] {
  const sensors: string[] = [];
  for (let bit = 0; bit < 8; bit++) {
    if (bits & (1 << bit)) sensors.push(`b${Math.floor(bit / perBank) + 1}s${(bit % perBank) + 1}`);
  }
  return sensors;
}
