import type { Kysely } from 'kysely';
import type { FuelDay } from '../../model/fuel.js';
import type { HealthDay } from '../../model/health.js';
import { among } from './among.js';
import type { PackedDatabase } from './packed-database.js';
import type { SqlDialect } from './sql-dialect.js';
import type { FuelDayTable, HealthDayTable, Tables } from './tables.js';

/** Fuel and health by day. */
export const vehicleDayStore = (db: Kysely<Tables>, dialect: SqlDialect): Pick<PackedDatabase, 'fuelDays' | 'healthDays'> => ({
  async fuelDays({ from, to, vehicles }) {
    let query = db.selectFrom('fuel_day').select('document').where('day', '>=', from).where('day', '<=', to);
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    const rows = await query.orderBy('day').orderBy('vehicle').orderBy('driver').execute();
    return rows.map(({ document }) => JSON.parse(document) as FuelDay);
  },

  async healthDays({ from, to, vehicles }) {
    let query = db.selectFrom('vehicle_health_day').select('document').where('day', '>=', from).where('day', '<=', to);
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    const rows = await query.orderBy('vehicle').orderBy('day').execute();
    return rows.map(({ document }) => JSON.parse(document) as HealthDay);
  },
});

export const fuelDayToRow = (key: string, day: FuelDay): FuelDayTable => ({
  row_key: key,
  driver: day.driver,
  vehicle: day.vehicle,
  day: day.day,
  document: JSON.stringify(day),
});

export const healthDayToRow = (key: string, day: HealthDay): HealthDayTable => ({
  row_key: key,
  vehicle: day.vehicle,
  day: day.day,
  document: JSON.stringify(day),
});
