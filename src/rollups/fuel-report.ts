import type { FuelPrices } from '../model/fleet-settings.js';
import type { FuelDay, FuelMethod, WastePattern } from '../model/fuel.js';
import { WASTE_PATTERNS } from '../model/fuel.js';
import type { DriverDay } from '../model/trip.js';
import type { Km, Litres, Seconds } from '../model/units.js';
import type { FuelType } from '../model/vehicle.js';

/** kg of CO₂ from a litre, of natural gas from a kilogram, at the exhaust (obd-facts §5). */
const CO2_KG: Readonly<Record<FuelType, number>> = {
  petrol: 2.31,
  hybrid: 2.31,
  diesel: 2.66,
  ethanol: 1.5,
  lpg: 1.6,
  cng: 2.75,
  electric: 0,
};

/** How far off an amount may be, in percent, by how it was measured; docs/fuel.md says why. */
const UNCERTAINTY_PERCENT: Readonly<Record<FuelMethod, number>> = {
  fuel_rate: 5,
  fuel_mass_rate: 5,
  cylinder_rate: 7,
  maf: 8,
  maf_estimated: 40,
  speed_density: 18,
  level: 15,
};
/** Added where nobody knows what the engine burns and it counts as petrol. */
const UNKNOWN_FUEL_PERCENT = 15;
/** Consumption over less than this says nothing. */
const SHORTEST: Km = 1;

/** What is known of a vehicle's tank and battery. */
export interface Capacity {
  tank: Litres | null;
  battery_kwh: number | null;
}

export interface FuelWaste {
  pattern: WastePattern;
  litres: Litres;
  cost: number | null;
  co2: number;
  /** Of all that was burnt. */
  sharePercent: number;
}

/** Fuel of one vehicle or driver, or of all, over a period. */
export interface FuelFigures {
  distance: Km;
  /** Driven while the fuel was measured. */
  measured: Km;
  /** Null where no fuel was measured. */
  litres: Litres | null;
  /** Natural gas is sold by mass. */
  kilograms: number | null;
  kilowattHours: number | null;
  per100Km: number | null;
  kilowattHoursPer100Km: number | null;
  cost: number | null;
  co2: number | null;
  idleLitres: Litres | null;
  idling: Seconds;
  idleCost: number | null;
  /** The one that measured most, and the share of each in percent. */
  method: FuelMethod | null;
  methods: Partial<Record<FuelMethod, number>>;
  uncertaintyPercent: number | null;
  fuelTypes: FuelType[];
  fuelTypeKnown: boolean;
  waste: FuelWaste[];
}

export interface FuelItem extends FuelFigures {
  /** A vehicle's or a driver's id; '' where nobody is known to have driven. */
  id: string;
  trend: { day: string; litres: Litres | null; distance: Km; per100Km: number | null }[];
}

export interface FuelReport {
  items: FuelItem[];
  totals: FuelFigures;
}

/** One day of one driver on one vehicle, as it counts. */
interface Entry {
  vehicle: string;
  driver: string;
  day: string;
  distance: Km;
  fuel: FuelDay | undefined;
  amounts: Partial<Record<FuelMethod, Litres>>;
  amount: Litres;
  measured: Km;
  kilowattHours: number | null;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);

/** Fuel by what flowed; where nothing told a flow, by what the level fell, if the tank is known. */
const entryOf = (key: string, distance: Km, fuel: FuelDay | undefined, capacity: Capacity | undefined): Entry => {
  const [vehicle = '', driver = '', day = ''] = key.split('\u0000');
  let amounts = fuel?.burnt ?? {};
  let measured = fuel?.measured ?? 0;
  const used = fuel?.levelUsed ?? null;
  const electric = fuel?.fuelType === 'electric';
  if (Object.keys(amounts).length === 0 && used !== null && used > 0 && capacity?.tank && !electric) {
    amounts = { level: (used / 100) * capacity.tank };
    measured = distance;
  }
  const kilowattHours = electric && used !== null && capacity?.battery_kwh ? (used / 100) * capacity.battery_kwh : null;
  const amount = sum(Object.values(amounts), litres => litres);
  return { vehicle, driver, day, distance, fuel, amounts, amount, measured, kilowattHours };
};

const figuresOf = (entries: readonly Entry[], prices: FuelPrices | undefined): FuelFigures => {
  const burning = entries.filter(({ amounts }) => Object.keys(amounts).length > 0);
  const charged = entries.filter(({ kilowattHours }) => kilowattHours !== null);
  const gas = burning.filter(({ fuel }) => fuel!.fuelType === 'cng');
  const liquid = burning.filter(({ fuel }) => fuel!.fuelType !== 'cng');
  const litres = liquid.length > 0 ? sum(liquid, ({ amount }) => amount) : null;
  const kilowattHours = charged.length > 0 ? sum(charged, entry => entry.kilowattHours!) : null;
  const priceOf = ({ fuel }: Entry): number | undefined => prices?.per_unit[fuel!.fuelType];
  const costOf = (of: (entry: Entry) => number, some: readonly Entry[]): number | null =>
    some.length > 0 && some.every(entry => priceOf(entry) !== undefined) ? sum(some, entry => of(entry) * priceOf(entry)!) : null;
  const measured = sum(liquid, entry => entry.measured);
  const charging = sum(charged, ({ distance }) => distance);
  const total = sum(burning, ({ amount }) => amount);
  const methods: FuelFigures['methods'] = {};
  for (const { amounts } of burning)
    for (const [method, amount] of Object.entries(amounts) as [FuelMethod, Litres][])
      methods[method] = (methods[method] ?? 0) + amount;
  const byAmount = (Object.entries(methods) as [FuelMethod, Litres][]).sort((a, b) => b[1] - a[1]);
  const wasteOf = (pattern: WastePattern): FuelWaste => {
    const of = ({ fuel }: Entry): Litres => (pattern === 'idling' ? fuel!.idle : (fuel!.waste[pattern] ?? 0));
    const amount = sum(burning, of);
    return {
      pattern,
      litres: amount,
      cost: costOf(of, burning),
      co2: sum(burning, entry => of(entry) * CO2_KG[entry.fuel!.fuelType]),
      sharePercent: total > 0 ? (amount / total) * 100 : 0,
    };
  };
  return {
    distance: sum(entries, ({ distance }) => distance),
    measured,
    litres,
    kilograms: gas.length > 0 ? sum(gas, ({ amount }) => amount) : null,
    kilowattHours,
    per100Km: litres !== null && measured >= SHORTEST ? (litres / measured) * 100 : null,
    kilowattHoursPer100Km: kilowattHours !== null && charging >= SHORTEST ? (kilowattHours / charging) * 100 : null,
    cost: costOf(({ amount, kilowattHours: kwh }) => amount + (kwh ?? 0), [...burning, ...charged]),
    co2: burning.length > 0 || charged.length > 0 ? sum(burning, ({ amount, fuel }) => amount * CO2_KG[fuel!.fuelType]) : null,
    idleLitres: liquid.length > 0 ? sum(liquid, ({ fuel }) => fuel!.idle) : null,
    idling: sum(burning, ({ fuel }) => fuel!.idling),
    idleCost: costOf(({ fuel }) => fuel!.idle, burning),
    method: byAmount[0]?.[0] ?? null,
    methods: Object.fromEntries(byAmount.map(([method, amount]) => [method, total > 0 ? (amount / total) * 100 : 0])),
    uncertaintyPercent: uncertaintyOf(burning, total),
    fuelTypes: [...new Set([...burning, ...charged].map(({ fuel }) => fuel!.fuelType))].sort(),
    fuelTypeKnown: burning.every(({ fuel }) => fuel!.fuelTypeKnown),
    waste: WASTE_PATTERNS.map(wasteOf)
      .filter(({ litres: amount }) => amount >= 0.01)
      .sort((a, b) => b.litres - a.litres),
  };
};

/** What errs in one vehicle errs on all its days alike; different vehicles err apart from each other. */
const uncertaintyOf = (burning: readonly Entry[], total: Litres): number | null => {
  if (total <= 0) return null;
  const byVehicle = new Map<string, number>();
  for (const { vehicle, amounts, fuel } of burning) {
    const unknown = fuel!.fuelTypeKnown ? 0 : UNKNOWN_FUEL_PERCENT;
    for (const [method, amount] of Object.entries(amounts) as [FuelMethod, Litres][])
      byVehicle.set(vehicle, (byVehicle.get(vehicle) ?? 0) + amount * Math.hypot(UNCERTAINTY_PERCENT[method], unknown));
  }
  return Math.sqrt(sum([...byVehicle.values()], error => error ** 2)) / total;
};

const grouped = (entries: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, Entry[]> => {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group) group.push(entry);
    else groups.set(keyOf(entry), [entry]);
  }
  return groups;
};

/**
 * Fuel by vehicle or by driver, over the days that are given.
 * @param driven where the distance comes from, also of days whose fuel nobody measured
 * @returns items in order of id
 */
export const fuelReportOf = (
  fuel: readonly FuelDay[],
  driven: readonly DriverDay[],
  by: 'vehicle' | 'driver',
  capacityOf: (vehicle: string) => Capacity | undefined,
  prices: FuelPrices | undefined,
): FuelReport => {
  const keyOf = ({ vehicle, driver, day }: FuelDay | DriverDay): string => `${vehicle}\u0000${driver}\u0000${day}`;
  const fuelOf = new Map(fuel.map(day => [keyOf(day), day]));
  const distances = new Map(driven.map(day => [keyOf(day), day.distance]));
  const entries = [...new Set([...fuelOf.keys(), ...distances.keys()])]
    .map(key => entryOf(key, distances.get(key) ?? 0, fuelOf.get(key), capacityOf(key.split('\u0000')[0]!)))
    .filter(({ distance, fuel: found }) => distance > 0 || found !== undefined);
  const items = [...grouped(entries, entry => entry[by])]
    .map(([id, some]): FuelItem => ({ id, ...figuresOf(some, prices), trend: trendOf(some) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { items, totals: figuresOf(entries, prices) };
};

const trendOf = (entries: readonly Entry[]): FuelItem['trend'] =>
  [...grouped(entries, ({ day }) => day)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, some]) => {
      const { litres, distance, per100Km } = figuresOf(some, undefined);
      return { day, litres, distance, per100Km };
    });
