import { CompiledQuery, type Kysely } from 'kysely';
import type { Alert } from '../../model/alert.js';
import type { Offset, Partition } from '../../model/record.js';
import type { VehicleRecord } from '../../model/vehicle-record.js';
import type { RollUpRow } from '../../ports/database.js';
import { countedEvent } from './counted-event.js';
import { DatabaseQueryError } from './errors.js';
import type { PackedChunk, PackedDatabase } from './packed-database.js';
import { putRows } from './put-rows.js';
import type { SqlDialect } from './sql-dialect.js';
import type {
  AlertTable,
  CountedEventTable,
  DriverDayTable,
  DriverTable,
  FuelDayTable,
  HealthDayTable,
  Tables,
  TrackTable,
  TripTable,
  VehicleRecordTable,
} from './tables.js';
import { areaOf } from './track-area.js';
import { encodeTrack, packChunk } from './track-codec.js';
import { driverDayToRow, tripToRow } from './trip-row.js';
import { fuelDayToRow, healthDayToRow } from './vehicle-day-store.js';

const removedAtOnce = 1_000;

/** Tables whose rows late data may take away. */
type RemovableTable = Extract<RollUpRow, { remove: true }>['table'];

/** What one call of `writeRollUps` comes to, by table. */
interface Changes {
  trip: TripTable[];
  track: TrackTable[];
  track_area: Tables['track_area'][];
  driver_day: DriverDayTable[];
  fuel_day: FuelDayTable[];
  vehicle_health_day: HealthDayTable[];
  alert: AlertTable[];
  counted_event: CountedEventTable[];
  driver: DriverTable[];
  record: VehicleRecordTable[];
  removed: Record<RemovableTable, string[]>;
}

export const rollUpStore = (
  db: Kysely<Tables>,
  dialect: SqlDialect,
): Pick<PackedDatabase, 'writeRollUps' | 'rollUpPositions'> => ({
  async writeRollUps(rows, positions) {
    const changes = changesOf(rows);
    await db.transaction().execute(async trx => {
      await putRows(trx, dialect, 'trip', 'id', changes.trip);
      await putRows(trx, dialect, 'track', 'row_key', changes.track);
      await putRows(trx, dialect, 'track_area', 'row_key', changes.track_area);
      await putRows(trx, dialect, 'driver_day', 'row_key', changes.driver_day);
      await putRows(trx, dialect, 'fuel_day', 'row_key', changes.fuel_day);
      await putRows(trx, dialect, 'vehicle_health_day', 'row_key', changes.vehicle_health_day);
      await putRows(trx, dialect, 'alert', 'id', changes.alert);
      await putRows(trx, dialect, 'counted_event', 'id', changes.counted_event);
      await putRows(trx, dialect, 'driver', 'id', changes.driver, false);
      await putRows(trx, dialect, 'vehicle_record', 'row_key', changes.record);
      await remove(trx, dialect, 'trip', 'id', changes.removed.trip);
      await remove(trx, dialect, 'track', 'row_key', changes.removed.track);
      await remove(trx, dialect, 'track_area', 'row_key', changes.removed.track);
      await remove(trx, dialect, 'driver_day', 'row_key', changes.removed.driver_day);
      await remove(trx, dialect, 'vehicle_record', 'row_key', changes.removed.record);
      await remove(trx, dialect, 'fuel_day', 'row_key', changes.removed.fuel_day);
      await remove(trx, dialect, 'vehicle_health_day', 'row_key', changes.removed.vehicle_health_day);
      await putPositions(trx, dialect, positions);
    });
  },

  async rollUpPositions() {
    const rows = await db.selectFrom('roll_up_position').select(['partition_no', 'position']).execute();
    return new Map(rows.map(row => [row.partition_no, row.position]));
  },
});

/** Of rows with the same key the last one counts, so that no statement meets one twice and their order is no matter. */
const changesOf = (rows: readonly RollUpRow[]): Changes => {
  const last = new Map<string, RollUpRow>();
  for (const row of rows) last.set(`${row.table}\u0000${row.key}`, row);
  const changes: Changes = {
    trip: [],
    track: [],
    track_area: [],
    driver_day: [],
    fuel_day: [],
    vehicle_health_day: [],
    alert: [],
    counted_event: [],
    driver: [],
    record: [],
    removed: { trip: [], track: [], driver_day: [], fuel_day: [], vehicle_health_day: [], record: [] },
  };
  for (const row of last.values()) {
    if ('remove' in row) changes.removed[row.table].push(row.key);
    else if (row.table === 'trip') changes.trip.push(tripToRow(keyed(row)));
    else if (row.table === 'track') {
      const { trip, vehicle, no } = row.row;
      const columns = packChunk(row.row);
      changes.track.push(trackToRow(row.key, { trip, vehicle, no, columns }));
      const area = areaOf(columns);
      if (area !== undefined) changes.track_area.push({ row_key: row.key, trip, ...area });
    } else if (row.table === 'driver_day') changes.driver_day.push(driverDayToRow(row.key, row.row));
    else if (row.table === 'fuel_day') changes.fuel_day.push(fuelDayToRow(row.key, row.row));
    else if (row.table === 'vehicle_health_day') changes.vehicle_health_day.push(healthDayToRow(row.key, row.row));
    else if (row.table === 'alert') {
      changes.alert.push(alertToRow(keyed(row)));
      changes.counted_event.push(countedEvent(row.row));
    } else if (row.table === 'record') changes.record.push(recordToRow(row.key, row.row));
    else changes.driver.push({ id: row.row.id, name: row.row.id, fleet_group: null });
  }
  return changes;
};

/** Trips and alerts are found by their id, so it has to be their key: a removal by another key would miss them. */
const keyed = <T extends { id: string }>({ table, key, row }: { table: string; key: string; row: T }): T => {
  if (key !== row.id) throw new DatabaseQueryError(`the key of a row of ${table} is not its id`, { table, key, id: row.id });
  return row;
};

const trackToRow = (key: string, { trip, no, vehicle, columns }: PackedChunk): TrackTable => ({
  row_key: key,
  trip,
  no,
  vehicle,
  columns: encodeTrack(columns),
});

const alertToRow = (alert: Alert): AlertTable => ({
  id: alert.id,
  vehicle: alert.vehicle,
  driver: alert.driver,
  trip: alert.trip,
  kind: alert.kind,
  severity: alert.severity,
  status: alert.status,
  occurred_at_ms: Date.parse(alert.occurred_at),
  document: JSON.stringify(alert),
});

const recordToRow = (key: string, record: VehicleRecord): VehicleRecordTable => ({
  row_key: key,
  vehicle: record.vehicle,
  topic: record.topic,
  at_ms: record.at,
  document: JSON.stringify(record),
});

const remove = async (
  db: Kysely<Tables>,
  dialect: SqlDialect,
  table: keyof Tables,
  column: string,
  keys: readonly string[],
): Promise<void> => {
  for (let from = 0; from < keys.length; from += removedAtOnce) {
    const some = keys.slice(from, from + removedAtOnce);
    const marks = some.map(() => '?').join(', ');
    const text = `delete from ${dialect.quote(table)} where ${dialect.quote(column)} in (${marks})`;
    await db.executeQuery(CompiledQuery.raw(text, some));
  }
};

/**
 * Says where to go on, and nothing else depends on it: rows are absolute, so one that stands too low costs work, not truth, and
 * it may be set back. `generation` counts the writes: two owners of one partition show in it.
 */
const putPositions = async (
  db: Kysely<Tables>,
  dialect: SqlDialect,
  positions: ReadonlyMap<Partition, Offset>,
): Promise<void> => {
  if (positions.size === 0) return;
  const marks = [...positions].map(() => '(?, ?, 1)').join(', ');
  const generation = `generation = ${dialect.quote('roll_up_position')}.generation + 1`;
  const text = `insert into roll_up_position (partition_no, position, generation) values ${marks} ${dialect.orReplace('partition_no', ['position'])}, ${generation}`;
  await db.executeQuery(CompiledQuery.raw(text, [...positions].flat()));
};
