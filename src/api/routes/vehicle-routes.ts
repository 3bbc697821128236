import { z } from 'zod';
import { FUEL_TYPES, newVehicle, VEHICLE_CLASSES, type Vehicle } from '../../model/vehicle.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { VIN } from '../http/field-patterns.js';
import { byId, group, id, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { pageOfList } from '../http/page.js';
import { conflict, forbidden, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs, inGroups, seesVehicle } from '../scope.js';
import { schedule } from '../wire/schedule.js';
import { type ServiceItemBody, serviceItem, serviceItemBody, serviceItemOf } from '../wire/service-plan.js';
import { unheardVehicleState, vehicleState, vehicleStateWire } from '../wire/vehicle-state.js';

const vehicleClass = z.enum(VEHICLE_CLASSES);
const fuelType = z.enum(FUEL_TYPES);
const vin = z.string().trim().toUpperCase().regex(VIN, 'must be 11 to 17 letters and digits, without I, O and Q');

const privateMode = z
  .union([z.literal('always'), z.strictObject({ schedule })])
  .describe('When trips are private: their distance is kept, where they were is not; no geofence tells of them. Null: never');

export const vehicle = z
  .object({
    id: z.string(),
    name: z.string(),
    vin: z.string().nullable(),
    class: vehicleClass,
    fuel_type: fuelType.nullable(),
    group: z.string().nullable(),
    odometer_km: z.number().nullable(),
    speed_limit_kmh: z.number().nullable(),
    service_plan: z.array(serviceItem).readonly(),
    private: privateMode.nullable().optional(),
    displacement_l: z.number().nullable().optional(),
    cylinders: z.number().int().nullable().optional(),
    tank_l: z.number().nullable().optional(),
    battery_kwh: z.number().nullable().optional(),
  })
  .meta({ id: 'Vehicle' });
type VehicleWire = z.infer<typeof vehicle>;

export const changes = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  vin: vin.nullable().optional(),
  class: vehicleClass.optional(),
  fuel_type: fuelType.nullable().optional(),
  group: group.nullable().optional(),
  odometer_km: z.number().min(0).max(10_000_000).nullable().optional(),
  speed_limit_kmh: z.number().positive().max(400).nullable().optional(),
  service_plan: z
    .array(serviceItemBody)
    .max(12)
    .refine(items => new Set(items.map(({ name }) => name)).size === items.length, 'names two services alike')
    .optional()
    .describe('Replaces the whole plan'),
  private: privateMode.nullable().optional(),
  displacement_l: z.number().positive().max(30).nullable().optional().describe('For fuel by manifold pressure'),
  cylinders: z.number().int().min(1).max(16).nullable().optional().describe('For fuel by injection'),
  tank_l: z.number().positive().max(3_000).nullable().optional().describe('For fuel by level'),
  battery_kwh: z.number().positive().max(2_000).nullable().optional().describe('Usable, of the traction battery'),
});

/** A vehicle as it is shown: those of before there were plans have an empty one. */
export const vehicleWire = (of: Vehicle): VehicleWire => ({ ...of, service_plan: of.service_plan ?? [] });

const withPlan = <T extends { service_plan?: readonly ServiceItemBody[] | undefined }>({ service_plan, ...rest }: T) =>
  service_plan === undefined ? rest : { ...rest, service_plan: service_plan.map(serviceItemOf) };

/** @throws {ApiProblem} 404, also where the caller may not know of it */
export const visibleVehicle = ({ registry }: Pick<ApiDeps, 'registry'>, caller: Caller, vehicleId: string): Vehicle => {
  const found = registry.vehicle(vehicleId);
  if (found === undefined || !seesVehicle(caller, registry, vehicleId)) throw notFound('vehicle', vehicleId);
  return found;
};

export const vehicleRoutes = ({
  registry,
  live,
  unitOf,
  clock,
  random,
}: Pick<ApiDeps, 'registry' | 'live' | 'unitOf' | 'clock' | 'random'>): AnyRoute[] => {
  const put = async (caller: Caller, next: Vehicle): Promise<VehicleWire> => {
    if (!governs(caller, next.group === null ? [] : [next.group]))
      throw forbidden('The vehicle would be outside of your groups.', { code: 'beyond_groups' });
    await registry.change({ type: 'vehicle_put', vehicle: next });
    return vehicleWire(next);
  };

  return [
    defineRoute({
      method: 'get',
      path: '/vehicles',
      action: 'live.read',
      tag: 'vehicles',
      summary: 'Vehicles, in order of id',
      query: paging.extend({ group: group.optional(), class: vehicleClass.optional() }),
      answer: pageOf(vehicle),
      run({ query, caller }) {
        const wanted = registry
          .vehicles()
          .filter(
            ({ group: of, class: kind }) => inGroups(caller, of) && (query.group ?? of) === of && (query.class ?? kind) === kind,
          );
        const page = pageOfList(wanted, { limit: query.limit, cursor: query.cursor }, ({ id: key }) => key);
        return { ...page, items: page.items.map(vehicleWire) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/vehicles',
      action: 'fleet.manage',
      tag: 'vehicles',
      turn: ({ body }) => (body.id === undefined ? [] : [`vehicle/${body.id}`]),
      summary: 'Register a vehicle',
      body: changes.extend({ id: id.optional() }),
      answer: vehicle,
      status: 201,
      async run({ body, caller, res }) {
        const vehicleId = body.id ?? newId(random);
        if (registry.vehicle(vehicleId) !== undefined)
          throw conflict(`There is a vehicle '${vehicleId}' already.`, { code: 'taken', what: 'vehicle', id: vehicleId }, 'id');
        const created = await put(caller, { ...newVehicle(vehicleId), ...withPlan(body), id: vehicleId });
        res.location(`/api/v1/vehicles/${vehicleId}`);
        return created;
      },
    }),
    defineRoute({
      method: 'get',
      path: '/vehicles/{id}',
      action: 'live.read',
      tag: 'vehicles',
      summary: 'One vehicle',
      params: byId,
      answer: vehicle,
      run: ({ params, caller }) => vehicleWire(visibleVehicle({ registry }, caller, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/vehicles/{id}',
      action: 'fleet.manage',
      tag: 'vehicles',
      turn: ({ params }) => [`vehicle/${params.id}`],
      summary: 'Change what is given',
      params: byId,
      body: changes,
      answer: vehicle,
      run: ({ params, body, caller }) => put(caller, { ...visibleVehicle({ registry }, caller, params.id), ...withPlan(body) }),
    }),
    defineRoute({
      method: 'delete',
      path: '/vehicles/{id}',
      action: 'fleet.manage',
      tag: 'vehicles',
      turn: ({ params }) => [`vehicle/${params.id}`],
      summary: 'Take a vehicle off the register; its trips and alerts stay',
      params: byId,
      async run({ params, caller }) {
        visibleVehicle({ registry }, caller, params.id);
        const device = registry.devices().find(({ vehicle: of }) => of === params.id);
        if (device !== undefined)
          throw conflict(`The device '${device.id}' speaks for this vehicle: delete it first.`, {
            code: 'device_speaks',
            device: device.id,
          });
        await registry.change({ type: 'vehicle_deleted', id: params.id });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/vehicles/{id}/state',
      action: 'live.read',
      tag: 'vehicles',
      summary: 'The newest that is known of a vehicle',
      params: byId,
      answer: vehicleState,
      async run({ params, caller }) {
        visibleVehicle({ registry }, caller, params.id);
        const state = await live.state(params.id);
        return state === undefined ? unheardVehicleState(params.id) : vehicleStateWire(state, unitOf, clock.now());
      },
    }),
  ];
};
