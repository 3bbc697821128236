import { locale } from '../app/language';
import { type Preferences, preferences } from '../app/preferences';
import { texts } from '../texts/texts';
import { duration } from './time';

/** Units as the wire names them, as people write them. */
const SIGNS: Readonly<Record<string, string>> = {
  'm/s2': 'm/s²',
  degC: '°C',
  percent: '%',
  g_s: 'g/s',
  kpa: 'kPa',
  deg: '°',
  count: '',
  code: '',
};

/** Of what is measured coarsely, decimals would only pretend. */
const WHOLE = new Set(['rpm', '1/min', 'km/h', 'mph', 'm', '%', 'kPa', '°', '°C']);

const KM_PER_MILE = 1.609344;
const LITRES_PER_GALLON = { gal_us: 3.785411784, gal_uk: 4.54609 } as const;

interface Shown {
  sign: string;
  /** From the wire's unit to what is shown, and back. */
  shown(value: number): number;
  wire(value: number): number;
}

const same = (sign: string): Shown => ({ sign, shown: value => value, wire: value => value });
const scaled = (sign: string, factor: number): Shown => ({
  sign,
  shown: value => value * factor,
  wire: value => value / factor,
});

/** How a unit of the wire is shown to somebody who thinks in miles or gallons. The wire is always metric. */
const shownAs = (unit: string, { distance, volume }: Preferences = preferences()): Shown => {
  const gallon = volume === 'l' ? undefined : LITRES_PER_GALLON[volume];
  const miles = distance === 'mi';
  switch (unit) {
    case 'km/h':
    case 'kmh':
      return miles ? scaled('mph', 1 / KM_PER_MILE) : same('km/h');
    case 'km':
      return miles ? scaled('mi', 1 / KM_PER_MILE) : same('km');
    case 'L':
    case 'l':
      return gallon ? scaled('gal', 1 / gallon) : same('L');
    // A price of one.
    case '/L':
      return gallon ? scaled('/ gal', gallon) : same('/ L');
    case 'L/h':
    case 'l_h':
      return gallon ? scaled('gal/h', 1 / gallon) : same('L/h');
    case 'L/100km':
      return consumptionAs(miles, gallon);
    case '/100km':
      return miles ? scaled('/ 100 mi', KM_PER_MILE) : same('/ 100 km');
    default:
      return same(SIGNS[unit] ?? texts.signs[unit] ?? unit);
  }
};

/** Litres per 100 km; with gallons, whoever thinks in miles thinks in miles per gallon, where more is better. */
const consumptionAs = (miles: boolean, gallon: number | undefined): Shown => {
  if (miles && gallon) {
    const perGallon = (value: number): number => (100 * gallon) / KM_PER_MILE / value;
    return { sign: 'mpg', shown: perGallon, wire: perGallon };
  }
  if (gallon) return scaled('gal/100\u00a0km', 1 / gallon);
  return miles ? scaled('L/100\u00a0mi', KM_PER_MILE) : same('L/100\u00a0km');
};

/** A value with its unit: `−4.6 m/s²`, `98 °C`, `15 min`; distances and volumes as preferred. @param least as of `decimal` */
export const quantity = (
  value: number | null | undefined,
  unit: string | null | undefined,
  decimals?: number,
  least?: number,
): string => {
  if (value === null || value === undefined || !Number.isFinite(value)) return texts.unknown;
  if (unit === 's') return duration(value);
  const { sign, shown } = shownAs(unit ?? '');
  const converted = shown(value);
  const size = Math.abs(converted);
  const digits = decimals ?? (WHOLE.has(sign) || Number.isInteger(converted) ? 0 : size < 10 ? 2 : size < 100 ? 1 : 0);
  const number = decimal(converted, digits, least);
  return sign === '' ? number : `${number}\u202f${sign}`;
};

/** The sign alone, for heads of columns and fields: `km/h` or `mph`. */
export const unitSign = (unit: string): string => (unit === 's' ? 's' : shownAs(unit).sign);

/** The number alone, as it is shown; for charts and fields. */
export const toShown = (value: number, unit: string): number => shownAs(unit).shown(value);

/** What was typed, as the wire has it. */
export const fromShown = (value: number, unit: string): number => shownAs(unit).wire(value);

/** With a real minus, and without trailing noise. @param least decimals that are written also where they are zero: for columns of numbers */
export const decimal = (value: number, decimals: number, least = 0): string =>
  value.toLocaleString(locale, { maximumFractionDigits: decimals, minimumFractionDigits: least }).replace('-', '−');

export const distance = (km: number | null): string => {
  if (km === null) return texts.unknown;
  const shown = toShown(km, 'km');
  // Below each other in a column, `15.0` and `11.1` compare at a glance.
  const decimals = Math.abs(shown) < 100 ? 1 : 0;
  return `${decimal(shown, decimals, decimals)}\u202f${unitSign('km')}`;
};

/** An amount of money: `12.40 EUR`. @param currency ISO 4217 */
export const moneyText = (amount: number, currency: string): string =>
  `${amount.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace('-', '−')}\u202f${currency}`;
