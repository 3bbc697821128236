import { isDeepStrictEqual } from 'node:util';
import type { Request } from 'express';
import { z } from 'zod';
import type { Geofence } from '../../model/geofence.js';
import { newVehicle, type Vehicle } from '../../model/vehicle.js';
import type { Driver } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { geofenceOf } from '../geofence-shape.js';
import { id } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { conflict, invalid, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { concerns, governs, inGroups, seesVehicle } from '../scope.js';
import { cellsOfFeature, featureOfCells, GEOFENCE_COLUMNS } from '../transfer/geofence-row.js';
import { importQuery, importReport, importTable, itemsOf, type Planned, sentFile } from '../transfer/import-file.js';
import { checkRows, type ImportRow, ROWS_AT_MOST, readCsv, type Table, tooManyRows } from '../transfer/read-table.js';
import { type FileFormat, type FileShape, sendFile } from '../transfer/send-file.js';
import { valuesOfCells } from '../transfer/vehicle-cells.js';
import { cutAtDateLine } from '../wire/cut-at-date-line.js';
import { geofenceBody } from '../wire/geofence.js';
import { changes as driverFields } from './driver-routes.js';
import { changes as vehicleFields } from './vehicle-routes.js';

const VEHICLE_COLUMNS = ['id', 'name', 'vin', 'class', 'fuel_type', 'group', 'odometer_km', 'speed_limit_kmh'] as const;
const DRIVER_COLUMNS = ['id', 'name', 'group'] as const;
const CSV = 'text/csv';
const GEOJSON = 'application/geo+json';
const PER_PAGE = 1_000;

const vehicleRow = z.preprocess(
  valuesOfCells,
  vehicleFields
    .pick({ name: true, vin: true, class: true, fuel_type: true, group: true, odometer_km: true, speed_limit_kmh: true })
    .extend({ id }),
);
const driverRow = z.preprocess(valuesOfCells, driverFields.extend({ id }));

const exportQuery = <F extends FileFormat>(first: F, second: F) =>
  z.object({ format: z.enum([first, second]).default(first as never) });

export const transferRoutes = ({
  registry,
  database,
  random,
  giveWay,
}: Pick<ApiDeps, 'registry' | 'database' | 'random' | 'giveWay'>): AnyRoute[] => {
  const planVehicle = (caller: Caller, row: z.infer<typeof vehicleRow>): Planned<Vehicle> => {
    const before = registry.vehicle(row.id);
    if (before !== undefined && !seesVehicle(caller, registry, row.id))
      throw conflict('cannot be used', { code: 'id_unusable' }, 'id');
    const next = { ...(before ?? newVehicle(row.id)), ...row };
    if (!governs(caller, next.group === null ? [] : [next.group]))
      throw unprocessable('group', 'is none of your groups', { code: 'not_your_group' });
    return { value: next, effect: effectOf(before, next) };
  };

  const planDriver = async (caller: Caller, row: z.infer<typeof driverRow>): Promise<Planned<Driver>> => {
    const before = await database.driver(row.id);
    if (before !== undefined && !inGroups(caller, before.group)) throw conflict('cannot be used', { code: 'id_unusable' }, 'id');
    const next = { ...(before ?? { id: row.id, name: row.id, group: null }), ...row };
    if (!governs(caller, next.group === null ? [] : [next.group]))
      throw unprocessable('group', 'is none of your groups', { code: 'not_your_group' });
    return { value: next, effect: effectOf(before, next) };
  };

  const planGeofence = async (caller: Caller, row: z.infer<typeof geofenceBody>): Promise<Planned<Geofence>> => {
    const fenceId = row.id ?? newId(random);
    const before = registry.geofence(fenceId);
    if (before !== undefined && !governs(caller, before.properties.groups))
      throw conflict('cannot be used', { code: 'id_unusable' }, 'id');
    const next = await geofenceOf(fenceId, row, registry.settings().zone, giveWay);
    if (!governs(caller, next.properties.groups))
      throw unprocessable('properties.groups', 'reach beyond yours', { code: 'beyond_groups' });
    return { value: next, effect: effectOf(before, next) };
  };

  async function* driverPages(caller: Caller): AsyncIterable<Driver[]> {
    const groups = caller.groups.length > 0 ? caller.groups : undefined;
    let cursor: string | undefined;
    do {
      const page = await database.drivers({ limit: PER_PAGE, cursor, groups });
      yield page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  return [
    defineRoute({
      method: 'post',
      path: '/import/vehicles',
      action: 'fleet.manage',
      tag: 'import and export',
      turn: () => ['vehicle/'],
      summary: `Vehicles from CSV (${VEHICLE_COLUMNS.join(', ')}) or JSON: new ones are registered, others get what is given`,
      query: importQuery,
      consumes: [CSV, 'application/json'],
      answer: importReport,
      audit: () => null,
      async run({ query, caller, req }) {
        const table = tableOf(req, VEHICLE_COLUMNS, vehicleRow);
        return importTable(
          table,
          query,
          row => planVehicle(caller, row),
          vehicles => registry.changeAll(vehicles.map(vehicle => ({ type: 'vehicle_put', vehicle }))),
        );
      },
    }),
    defineRoute({
      method: 'post',
      path: '/import/drivers',
      action: 'fleet.manage',
      tag: 'import and export',
      turn: () => ['driver/'],
      summary: `Drivers from CSV (${DRIVER_COLUMNS.join(', ')}) or JSON`,
      query: importQuery,
      consumes: [CSV, 'application/json'],
      answer: importReport,
      audit: () => null,
      async run({ query, caller, req }) {
        const table = tableOf(req, DRIVER_COLUMNS, driverRow);
        return importTable(
          table,
          query,
          row => planDriver(caller, row),
          drivers => database.putDrivers(drivers),
        );
      },
    }),
    defineRoute({
      method: 'post',
      path: '/import/geofences',
      action: 'fleet.manage',
      tag: 'import and export',
      turn: () => ['geofence/'],
      summary:
        'Geofences from a GeoJSON FeatureCollection, or from CSV: circles by `lat`, `lon`, `radius_m`, other shapes by `geometry`',
      query: importQuery,
      consumes: [GEOJSON, CSV],
      answer: importReport,
      audit: () => null,
      async run({ query, caller, req }) {
        const sent = sentFile(req);
        const rows = 'csv' in sent ? readCsv(sent.csv, GEOFENCE_COLUMNS).map(featureOfCells) : itemsOf(sent.json);
        return importTable(
          checkRows(bounded(rows), geofenceBody),
          query,
          row => planGeofence(caller, row),
          fences => registry.changeAll(fences.map(geofence => ({ type: 'geofence_put', geofence }))),
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/export/vehicles',
      action: 'fleet.manage',
      tag: 'import and export',
      summary: 'The vehicles that you may see, as a file that can be imported',
      query: exportQuery('csv', 'json'),
      produces: [CSV, 'application/json'],
      audit: true,
      run({ query, caller, res }) {
        const wanted = registry.vehicles().filter(vehicle => inGroups(caller, vehicle.group));
        return sendFile(res, vehicleFile(query.format), [wanted]);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/export/drivers',
      action: 'fleet.manage',
      tag: 'import and export',
      summary: 'The drivers that you may see, as a file that can be imported',
      query: exportQuery('csv', 'json'),
      produces: [CSV, 'application/json'],
      audit: true,
      run: ({ query, caller, res }) => sendFile(res, driverFile(query.format), driverPages(caller)),
    }),
    defineRoute({
      method: 'get',
      path: '/export/geofences',
      action: 'fleet.manage',
      tag: 'import and export',
      summary: 'The geofences that you may see, as GeoJSON or CSV that can be imported',
      query: exportQuery('geojson', 'csv'),
      produces: [GEOJSON, CSV],
      audit: true,
      run({ query, caller, res }) {
        const wanted = registry.geofences().filter(fence => concerns(caller, fence.properties.groups));
        return sendFile(res, geofenceFile(query.format), [query.format === 'geojson' ? wanted.map(cutAtDateLine) : wanted]);
      },
    }),
  ];
};

const vehicleFile = (format: FileFormat): FileShape<Vehicle> => ({
  ...{ name: 'vehicles', format, columns: VEHICLE_COLUMNS },
  cells: vehicle => VEHICLE_COLUMNS.map(column => vehicle[column]),
});

const driverFile = (format: FileFormat): FileShape<Driver> => ({
  ...{ name: 'drivers', format, columns: DRIVER_COLUMNS },
  cells: driver => DRIVER_COLUMNS.map(column => driver[column]),
});

const geofenceFile = (format: FileFormat): FileShape<Geofence> => ({
  ...{ name: 'geofences', format, columns: GEOFENCE_COLUMNS },
  cells: cellsOfFeature,
});

/** @throws {ApiProblem} 415, 400, 413 */
const tableOf = <T extends { id?: string | undefined }>(
  req: Request,
  columns: readonly string[],
  schema: z.ZodType<T>,
): Table<T> => {
  const sent = sentFile(req);
  return checkRows(bounded('csv' in sent ? readCsv(sent.csv, columns) : itemsOf(sent.json)), schema);
};

/** @throws {ApiProblem} 400 it holds no list, 413 too many */
const bounded = (rows: ImportRow<unknown>[] | undefined): ImportRow<unknown>[] => {
  if (rows === undefined) throw invalid([{ field: 'body', message: 'is no list, and holds none under `items` or `features`' }]);
  if (rows.length > ROWS_AT_MOST) throw tooManyRows();
  return rows;
};

const effectOf = <T extends object>(before: T | undefined, next: T): 'created' | 'changed' | 'unchanged' => {
  if (before === undefined) return 'created';
  return isDeepStrictEqual({ ...before }, { ...next }) ? 'unchanged' : 'changed';
};
