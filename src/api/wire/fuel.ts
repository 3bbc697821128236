import { z } from 'zod';
import type { Alert } from '../../model/alert.js';
import { FUEL_METHODS, type Refuel, WASTE_PATTERNS, type WastePattern } from '../../model/fuel.js';
import type { Saying } from '../../model/saying.js';
import { FUEL_TYPES } from '../../model/vehicle.js';
import type { FuelFigures, FuelItem } from '../../rollups/fuel-report.js';
import { CURRENCY } from '../http/field-patterns.js';
import { isoTime } from '../http/fields.js';
import { iso, rounded, roundedOrNull } from './iso.js';
import { sayings } from './saying.js';
import { location } from './trip.js';

const amount = z.number().nullable();
const method = z.enum(FUEL_METHODS);

const waste = z
  .object({
    pattern: z.enum(WASTE_PATTERNS),
    litres: z.number(),
    cost: amount,
    co2_kg: z.number(),
    share_percent: z.number().describe('Of all that was burnt'),
    text: z.string(),
  })
  .meta({ id: 'FuelWaste' });

const figures = z.object({
  distance_km: z.number(),
  measured_km: z.number().describe('Driven while the fuel was measured: what l_per_100km is computed over'),
  litres: amount.describe('Null where nothing tells it; `note` says so'),
  kg: amount.describe('Of natural gas, which is sold by mass'),
  kwh: amount.describe('Of electric vehicles whose battery is known'),
  l_per_100km: amount,
  kwh_per_100km: amount,
  cost: amount.describe('Null where the price of a fuel is not set'),
  currency: z.string().nullable(),
  co2_kg: amount.describe('At the exhaust'),
  idle_litres: amount,
  idle_s: z.number(),
  idle_cost: amount,
  method: method.nullable().describe('The one that measured most; `maf_estimated` guesses the mixture of a diesel'),
  methods: z.partialRecord(method, z.number()).describe('Share of each in percent'),
  uncertainty_percent: amount,
  estimated: z.boolean().describe('More than half rests on a guess'),
  fuel_types: z.array(z.enum(FUEL_TYPES)),
  fuel_type_known: z.boolean().describe('False where it counts as petrol because nobody knows'),
  waste: z.array(waste).describe('Largest first'),
  note: z.string().nullable(),
  said: sayings.describe('The sentences of `note`, for other languages'),
});

export const fuelItem = figures
  .extend({
    id: z.string().nullable().describe('Of the vehicle or the driver; null where nobody is known to have driven'),
    vehicle: z.string().nullable(),
    driver: z.string().nullable(),
    name: z.string().nullable(),
    trend: z.array(z.object({ day: z.string(), litres: amount, distance_km: z.number(), l_per_100km: amount })),
  })
  .meta({ id: 'FuelItem' });

export const fuelReport = z
  .object({
    from: z.string(),
    to: z.string(),
    by: z.enum(['vehicle', 'driver']),
    items: z.array(fuelItem),
    totals: figures,
    next: z.string().nullable().describe('Cursor of the next page; null at the end'),
  })
  .meta({ id: 'FuelReport' });

export const fuelEvent = z
  .object({
    kind: z.enum(['refuel', 'drop']),
    at: isoTime,
    percent: z.number().describe('Of the tank; positive'),
    litres: amount.describe('Null where the tank is not known'),
    cost: amount,
    before_percent: amount,
    after_percent: amount,
    location: location.nullable(),
    alert: z.string().nullable().describe('Of a drop: its alert'),
  })
  .meta({ id: 'FuelEvent' });
export type FuelEventWire = z.infer<typeof fuelEvent>;

export const fuelPrices = z
  .object({
    currency: z.string().regex(CURRENCY, 'must be three capitals like EUR'),
    per_unit: z
      .partialRecord(z.enum(FUEL_TYPES), z.number().min(0).max(1_000_000))
      .describe('By fuel type: a litre; of cng a kilogram, of electric a kilowatt hour'),
  })
  .meta({ id: 'FuelPrices' });

const TEXTS: Readonly<Record<WastePattern, string>> = {
  idling: 'burnt with the engine running in a standing vehicle',
  speeding: 'of air drag beyond the economical speed of the class',
  harsh_driving: 'of motion that harsh braking turned into heat',
  high_revs: 'by an engine that turned faster than its load needed',
  cold_short_trips: 'more by engines that were stopped before they were warm',
};

export const figuresWire = (found: FuelFigures, currency: string | null): z.infer<typeof figures> => ({
  distance_km: rounded(found.distance, 2),
  measured_km: rounded(found.measured, 2),
  litres: roundedOrNull(found.litres, 3),
  kg: roundedOrNull(found.kilograms, 3),
  kwh: roundedOrNull(found.kilowattHours, 2),
  l_per_100km: roundedOrNull(found.per100Km, 2),
  kwh_per_100km: roundedOrNull(found.kilowattHoursPer100Km, 2),
  cost: roundedOrNull(found.cost, 2),
  currency,
  co2_kg: roundedOrNull(found.co2, 2),
  idle_litres: roundedOrNull(found.idleLitres, 3),
  idle_s: rounded(found.idling, 0),
  idle_cost: roundedOrNull(found.idleCost, 2),
  method: found.method,
  methods: Object.fromEntries(Object.entries(found.methods).map(([name, share]) => [name, rounded(share, 1)])),
  uncertainty_percent: roundedOrNull(found.uncertaintyPercent, 1),
  estimated: (found.methods.maf_estimated ?? 0) > 50,
  fuel_types: found.fuelTypes,
  fuel_type_known: found.fuelTypeKnown,
  waste: found.waste.map(({ pattern, litres, cost, co2, sharePercent }) => ({
    pattern,
    litres: rounded(litres, 2),
    cost: roundedOrNull(cost, 2),
    co2_kg: rounded(co2, 2),
    share_percent: rounded(sharePercent, 1),
    text: `${rounded(litres, 2)} L ${TEXTS[pattern]}${cost === null || currency === null ? '' : `: ${rounded(cost, 2)} ${currency}`}`,
  })),
  ...noteOf(found),
});

const noteOf = ({
  litres,
  kilograms,
  kilowattHours,
  distance,
  measured,
  methods,
  fuelTypes,
  fuelTypeKnown,
}: FuelFigures): { note: string | null; said: Saying[] } => {
  if (litres === null && kilograms === null && kilowattHours === null)
    return distance > 0
      ? { note: 'Not enough data: no fuel rate, no air mass, no fuel level with a known tank.', said: [{ code: 'fuel_unknown' }] }
      : { note: null, said: [] };
  const notes: string[] = [];
  const said: Saying[] = [];
  const say = (note: string, saying: Saying): void => {
    notes.push(note);
    said.push(saying);
  };
  if (methods.maf_estimated) say('Of diesels that tell air mass alone the mixture is guessed.', { code: 'fuel_guessed_mixture' });
  if (!fuelTypeKnown) say('What it burns is not known: it counts as petrol.', { code: 'fuel_type_unknown' });
  if (measured > 0 && distance > 0 && measured < 0.8 * distance && !fuelTypes.includes('electric')) {
    const percent = Math.round((measured / distance) * 100);
    say(`Fuel was measured on ${percent} % of the distance.`, { code: 'fuel_measured_on', percent });
  }
  return { note: notes.length > 0 ? notes.join(' ') : null, said };
};

export const fuelItemWire = (
  item: FuelItem,
  by: 'vehicle' | 'driver',
  name: string | null,
  currency: string | null,
): z.infer<typeof fuelItem> => {
  const id = item.id === '' ? null : item.id;
  return {
    id,
    vehicle: by === 'vehicle' ? id : null,
    driver: by === 'driver' ? id : null,
    name,
    ...figuresWire(item, currency),
    trend: item.trend.map(({ day, litres, distance, per100Km }) => ({
      day,
      litres: roundedOrNull(litres, 3),
      distance_km: rounded(distance, 2),
      l_per_100km: roundedOrNull(per100Km, 2),
    })),
  };
};

const amountOf = (percent: number, tank: number | null, price: number | undefined) => {
  const litres = tank === null ? null : (percent / 100) * tank;
  return {
    percent: rounded(percent, 1),
    litres: roundedOrNull(litres, 1),
    cost: litres === null || price === undefined ? null : rounded(litres * price, 2),
  };
};

export const refuelWire = (
  { at, from, to, location: where }: Refuel,
  tank: number | null,
  price: number | undefined,
): FuelEventWire => ({
  kind: 'refuel',
  at: iso(at),
  ...amountOf(to - from, tank, price),
  before_percent: rounded(from, 1),
  after_percent: rounded(to, 1),
  location: where,
  alert: null,
});

/** Its alert knows how much was lost, not of how much. */
export const dropWire = (alert: Alert, tank: number | null, price: number | undefined): FuelEventWire => ({
  kind: 'drop',
  at: alert.occurred_at,
  ...amountOf(Math.abs(alert.value ?? 0), tank, price),
  before_percent: null,
  after_percent: null,
  location: alert.location,
  alert: alert.id,
});
