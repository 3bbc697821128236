import { texts } from '../texts/en';
import { duration } from './time';

/** Units as the wire names them, as people write them. */
const SIGNS: Readonly<Record<string, string>> = {
  'm/s2': 'm/s²',
  degC: '°C',
  kmh: 'km/h',
  percent: '%',
  g_s: 'g/s',
  l_h: 'L/h',
  kpa: 'kPa',
  deg: '°',
  count: '',
};

/** Of what is measured coarsely, decimals would only pretend. */
const WHOLE = new Set(['rpm', 'km/h', 'm', '%', 'kPa', '°', '°C']);

/** A value with its unit: `−4.6 m/s²`, `98 °C`, `15 min`. */
export const quantity = (value: number | null | undefined, unit: string | null | undefined): string => {
  if (value === null || value === undefined) return texts.unknown;
  if (unit === 's') return duration(value);
  const sign = unit == null ? '' : (SIGNS[unit] ?? unit);
  const number = decimal(value, WHOLE.has(sign) || Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1);
  return sign === '' ? number : `${number}\u202f${sign}`;
};

/** With a real minus, and without trailing noise. */
export const decimal = (value: number, decimals: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: decimals }).replace('-', '−');

export const kilometres = (km: number): string => `${decimal(km, km < 100 ? 1 : 0)}\u202fkm`;
