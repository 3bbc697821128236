import { z } from 'zod';
import { RESERVED_DEVICE_ID } from '../../model/ids.js';
import { hours } from '../../model/units.js';
import { type Device, newVehicle } from '../../model/vehicle.js';
import type { ApiDeps } from '../api-deps.js';
import { secretHash } from '../auth/secret-hash.js';
import type { Caller } from '../caller.js';
import { byId, id, isoTime, pageOf, paging } from '../http/fields.js';
import { pageOfList } from '../http/page.js';
import { conflict, forbidden, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs, seesVehicle } from '../scope.js';
import { isoOrNull } from '../wire/iso.js';

/** How long a rotated secret still opens (contract §6). */
const OLD_SECRET_VALID = hours(24);
const SECRET_BYTES = 16;

const device = z
  .object({
    id: z.string(),
    vehicle: z.string(),
    format: z.string(),
    foreign_id: z.string().nullable(),
    speaks_for: z.array(z.string()).nullable(),
    signal_names: z.record(z.string(), z.string()).nullable(),
    old_secret_valid_until: isoTime.nullable(),
  })
  .meta({ id: 'Device' });

const MOST_SPOKEN_FOR = 10_000;
const MOST_NAMES = 256;
const foreignId = z.string().trim().min(1).max(128).nullable();
const speaksFor = z
  .array(id)
  .max(MOST_SPOKEN_FOR)
  .nullable()
  .describe('A gateway: the devices that its secret speaks for besides itself. null = itself, or as its format has it');
const deviceSecret = z
  .object({ id: z.string(), vehicle: z.string(), secret: z.string().describe('Shown this once; the server keeps its hash only') })
  .meta({ id: 'DeviceSecret' });

export const deviceRoutes = ({
  registry,
  formats,
  clock,
  random,
  unitOf,
}: Pick<ApiDeps, 'registry' | 'formats' | 'clock' | 'random' | 'unitOf'>): AnyRoute[] => {
  const newSecret = (): string => Buffer.from(random.secret(SECRET_BYTES)).toString('base64url');

  const format = z.string().refine(named => formats.includes(named), {
    error: ({ input }) => `'${input}' is no known format; known: ${formats.join(', ')}`,
  });

  const isSignal = (name: string): boolean => unitOf(name) !== null;
  const signalNames = z
    .record(z.string().min(1).max(64), z.string().min(1).max(64))
    .refine(names => Object.keys(names).length <= MOST_NAMES, `at most ${MOST_NAMES} names`)
    .refine(names => Object.values(names).every(isSignal), {
      error: ({ input }) => {
        const unknown = Object.values(input as Record<string, string>).filter(name => !isSignal(name));
        return `no such signal: ${unknown.join(', ')}`;
      },
    })
    .nullable()
    .describe('Your own names for signals, where the device lets you choose them: {"Speed_CAN":"vehicle_speed"}');

  /** @throws 409 another device of the format has the foreign id */
  const refuseTaken = (caller: Caller, wanted: Pick<Device, 'id' | 'format' | 'foreign_id'>): void => {
    const taken = wanted.foreign_id === null ? undefined : registry.deviceByForeignId(wanted.format, wanted.foreign_id);
    if (taken !== undefined && taken.id !== wanted.id)
      // Which one has it is not everybody's to know.
      throw seesVehicle(caller, registry, taken.vehicle)
        ? conflict(`The device '${taken.id}' has this foreign_id.`, { code: 'foreign_id_taken', device: taken.id }, 'foreign_id')
        : conflict('Another device has this foreign_id.', { code: 'foreign_id_taken', device: null }, 'foreign_id');
  };

  /** A gateway is listed with devices that its manager governs; who governs all may list some that are registered later. */
  const refuseUnseen = (caller: Caller, listed: readonly string[] | null): void => {
    if (listed !== null && !governs(caller, [])) for (const other of listed) visible(caller, other);
  };

  const visible = (caller: Caller, deviceId: string): Device => {
    const found = registry.device(deviceId);
    if (found === undefined || !seesVehicle(caller, registry, found.vehicle)) throw notFound('device', deviceId);
    return found;
  };

  /** Devices speak for a vehicle that is there: one that is not named before is registered with them. */
  const ensureVehicle = async (caller: Caller, vehicleId: string): Promise<void> => {
    if (registry.vehicle(vehicleId) !== undefined) {
      if (!seesVehicle(caller, registry, vehicleId)) throw outside();
      return;
    }
    if (!governs(caller, [])) throw outside();
    await registry.change({ type: 'vehicle_put', vehicle: newVehicle(vehicleId) });
  };

  /** The same whether the vehicle is another's or nobody's: which of the two is not theirs to know. */
  const outside = () =>
    forbidden('The vehicle is in none of your groups: register it in one of them first.', { code: 'beyond_groups' });

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
      turn: ({ body }) => [`device/${body.id}`, `vehicle/${body.vehicle ?? body.id}`, ...foreignTurn(body.foreign_id)],
      summary: 'Register a device; its secret is in this answer and nowhere else',
      body: z.object({
        id: id.refine(given => given !== RESERVED_DEVICE_ID, `'${RESERVED_DEVICE_ID}' is reserved`),
        vehicle: id
          .optional()
          .describe('Registered with the device where it is not yet; without it, the vehicle has the id of the device'),
        format: format.default('telltale-v1'),
        foreign_id: foreignId.default(null),
        speaks_for: speaksFor.default(null),
        signal_names: signalNames.default(null),
      }),
      answer: deviceSecret,
      status: 201,
      async run({ body, caller, res }) {
        if (registry.device(body.id) !== undefined)
          throw conflict(`There is a device '${body.id}' already.`, { code: 'taken', what: 'device', id: body.id }, 'id');
        refuseTaken(caller, body);
        refuseUnseen(caller, body.speaks_for);
        const vehicleId = body.vehicle ?? body.id;
        await ensureVehicle(caller, vehicleId);
        const secret = newSecret();
        const created: Device = {
          id: body.id,
          vehicle: vehicleId,
          format: body.format,
          foreign_id: body.foreign_id,
          speaks_for: body.speaks_for,
          signal_names: body.signal_names,
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
      method: 'patch',
      path: '/devices/{id}',
      action: 'fleet.manage',
      tag: 'devices',
      turn: ({ params, body }) => [
        `device/${params.id}`,
        ...(body.vehicle === undefined ? [] : [`vehicle/${body.vehicle}`]),
        // With another format the foreign id that it has means another one.
        ...foreignTurn(body.foreign_id ?? registry.device(params.id)?.foreign_id),
      ],
      summary: 'Change whom a device speaks for and how it is read; what it sent before stays where it is',
      params: byId,
      body: z.object({ vehicle: id, format, foreign_id: foreignId, speaks_for: speaksFor, signal_names: signalNames }).partial(),
      answer: device,
      async run({ params, body, caller }) {
        const before = visible(caller, params.id);
        const changed: Device = { ...before, ...given(body) };
        refuseTaken(caller, changed);
        refuseUnseen(caller, body.speaks_for ?? null);
        if (body.vehicle !== undefined) await ensureVehicle(caller, body.vehicle);
        await registry.change({ type: 'device_put', device: changed });
        return deviceWire(changed);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/devices/{id}',
      action: 'fleet.manage',
      tag: 'devices',
      turn: ({ params }) => [`device/${params.id}`],
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
      turn: ({ params }) => [`device/${params.id}`],
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

/** No two devices are to be known by one, in whatever format. */
const foreignTurn = (foreignId: string | null | undefined): readonly string[] =>
  foreignId == null ? [] : [`foreign/${foreignId}`];

/** Without what was not given: that stays as it is. */
const given = <T extends object>(body: T): Partial<T> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Partial<T>;

const deviceWire = ({ id: deviceId, vehicle, format, foreign_id, ...of }: Device): z.infer<typeof device> => ({
  id: deviceId,
  vehicle,
  format,
  foreign_id,
  speaks_for: of.speaks_for ? [...of.speaks_for] : null,
  signal_names: of.signal_names ?? null,
  old_secret_valid_until: isoOrNull(of.old_valid_until),
});
