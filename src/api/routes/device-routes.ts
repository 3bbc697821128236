import { z } from 'zod';
import { RESERVED_DEVICE_ID } from '../../model/ids.js';
import { hours } from '../../model/units.js';
import type { Device } from '../../model/vehicle.js';
import type { ApiDeps } from '../api-deps.js';
import { secretHash } from '../auth/secret-hash.js';
import type { Caller } from '../caller.js';
import { byId, id, isoTime, pageOf, paging } from '../http/fields.js';
import { pageOfList } from '../http/page.js';
import { conflict, forbidden, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs, seesVehicle } from '../scope.js';
import { isoOrNull } from '../wire/iso.js';
import { plainVehicle } from './vehicle-routes.js';

/** How long a rotated secret still opens (contract §6). */
const OLD_SECRET_VALID = hours(24);
const SECRET_BYTES = 16;

const device = z
  .object({
    id: z.string(),
    vehicle: z.string(),
    format: z.string(),
    foreign_id: z.string().nullable(),
    old_secret_valid_until: isoTime.nullable(),
  })
  .meta({ id: 'Device' });

const deviceSecret = z
  .object({ id: z.string(), vehicle: z.string(), secret: z.string().describe('Shown this once; the server keeps its hash only') })
  .meta({ id: 'DeviceSecret' });

export const deviceRoutes = ({
  registry,
  formats,
  clock,
  random,
}: Pick<ApiDeps, 'registry' | 'formats' | 'clock' | 'random'>): AnyRoute[] => {
  const newSecret = (): string => Buffer.from(random.secret(SECRET_BYTES)).toString('base64url');

  const visible = (caller: Caller, deviceId: string): Device => {
    const found = registry.device(deviceId);
    if (found === undefined || !seesVehicle(caller, registry, found.vehicle)) throw notFound('device', deviceId);
    return found;
  };

  /** Devices speak for a vehicle that is there: one that is not named before is registered with them. */
  const ensureVehicle = async (caller: Caller, vehicleId: string): Promise<void> => {
    if (registry.vehicle(vehicleId) !== undefined) {
      if (!seesVehicle(caller, registry, vehicleId)) throw forbidden('The vehicle is outside of your groups.');
      return;
    }
    if (!governs(caller, [])) throw forbidden('A new vehicle would be outside of your groups: register it in one of them first.');
    await registry.change({ type: 'vehicle_put', vehicle: plainVehicle(vehicleId) });
  };

  return [
    defineRoute({
      method: 'get',
      path: '/devices',
      action: 'fleet.manage',
      tag: 'devices',
      summary: 'Devices, in order of id',
      query: paging.extend({ vehicle: id.optional() }),
      answer: pageOf(device),
      run({ query, caller }) {
        const wanted = registry
          .devices()
          .filter(({ vehicle: of }) => seesVehicle(caller, registry, of) && (query.vehicle ?? of) === of)
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        const page = pageOfList(wanted, { limit: query.limit, cursor: query.cursor }, ({ id: key }) => key);
        return { ...page, items: page.items.map(deviceWire) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/devices',
      action: 'fleet.manage',
      tag: 'devices',
      summary: 'Register a device; its secret is in this answer and nowhere else',
      body: z.object({
        id: id.refine(given => given !== RESERVED_DEVICE_ID, `'${RESERVED_DEVICE_ID}' is reserved`),
        vehicle: id
          .optional()
          .describe('Registered with the device where it is not yet; without it, the vehicle has the id of the device'),
        format: z
          .string()
          .default('telltale-v1')
          .refine(given => formats.includes(given), {
            error: ({ input }) => `'${input}' is no known format; known: ${formats.join(', ')}`,
          }),
        foreign_id: z.string().trim().min(1).max(128).nullable().default(null),
      }),
      answer: deviceSecret,
      status: 201,
      async run({ body, caller, res }) {
        if (registry.device(body.id) !== undefined) throw conflict(`There is a device '${body.id}' already.`, 'id');
        const taken = body.foreign_id === null ? undefined : registry.deviceByForeignId(body.format, body.foreign_id);
        if (taken !== undefined) throw conflict(`The device '${taken.id}' has this foreign_id.`, 'foreign_id');
        const vehicleId = body.vehicle ?? body.id;
        await ensureVehicle(caller, vehicleId);
        const secret = newSecret();
        const created: Device = {
          id: body.id,
          vehicle: vehicleId,
          format: body.format,
          foreign_id: body.foreign_id,
          secret_hash: secretHash(secret),
          old_secret_hash: null,
          old_valid_until: null,
        };
        await registry.change({ type: 'device_put', device: created });
        res.location(`/api/v1/devices/${created.id}`);
        return { id: created.id, vehicle: vehicleId, secret };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/devices/{id}',
      action: 'fleet.manage',
      tag: 'devices',
      summary: 'One device',
      params: byId,
      answer: device,
      run: ({ params, caller }) => deviceWire(visible(caller, params.id)),
    }),
    defineRoute({
      method: 'delete',
      path: '/devices/{id}',
      action: 'fleet.manage',
      tag: 'devices',
      summary: 'Take a device off the register: it may not connect any more',
      params: byId,
      async run({ params, caller }) {
        await registry.change({ type: 'device_deleted', id: visible(caller, params.id).id });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/devices/{id}/rotate',
      action: 'fleet.manage',
      tag: 'devices',
      summary: 'A new secret; the old one stays valid for 24 h',
      params: byId,
      answer: deviceSecret.extend({ old_secret_valid_until: isoTime }),
      async run({ params, caller }) {
        const before = visible(caller, params.id);
        const secret = newSecret();
        const until = clock.now() + OLD_SECRET_VALID;
        await registry.change({
          type: 'device_put',
          device: { ...before, secret_hash: secretHash(secret), old_secret_hash: before.secret_hash, old_valid_until: until },
        });
        return { id: before.id, vehicle: before.vehicle, secret, old_secret_valid_until: new Date(until).toISOString() };
      },
    }),
  ];
};

const deviceWire = ({ id: deviceId, vehicle, format, foreign_id, old_valid_until }: Device): z.infer<typeof device> => ({
  id: deviceId,
  vehicle,
  format,
  foreign_id,
  old_secret_valid_until: isoOrNull(old_valid_until),
});
