import { z } from 'zod';
import { type FleetSettings, type TripSettings, tripSettingsOf } from '../../model/fleet-settings.js';
import type { ApiDeps } from '../api-deps.js';
import { group } from '../http/fields.js';
import { forbidden, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs } from '../scope.js';

const tripFields = {
  parked_after_s: z
    .number()
    .min(60)
    .max(3_600)
    .describe('A trip ends when the vehicle has stood this long with its engine off or unknown'),
  gap_s: z.number().min(300).max(86_400).describe('A silence this long ends a trip at its last reading'),
  moving_kmh: z.number().min(1).max(20).describe('At or above it a vehicle moves'),
};

/** Strict: a misspelt setting would be taken for set. */
const trip = z.strictObject(tripFields);
const groupTrip = z.strictObject(tripFields).partial();

const body = z.strictObject({
  time_zone: z.string().optional().describe('As it is: the zone is set where the server is configured'),
  lateness_s: z
    .number()
    .min(60)
    .max(30 * 86_400)
    .describe('Readings further behind the newest of their vehicle are kept raw and counted, not folded'),
  trip,
  groups: z
    .record(group, groupTrip)
    .default({})
    .refine(groups => Object.keys(groups).length <= 1_000, 'of 1,000 groups at most')
    .describe('What of `trip` is different for the vehicles of a group'),
});

const settings = z
  .object({
    time_zone: z.string(),
    lateness_s: z.number(),
    trip: z.object(tripFields),
    groups: z.record(z.string(), z.object(tripFields).partial()),
  })
  .meta({ id: 'FleetSettings' });

const tripWire = ({ parkedAfter, gap, movingSpeed }: TripSettings): z.infer<typeof trip> => ({
  parked_after_s: parkedAfter / 1_000,
  gap_s: gap / 1_000,
  moving_kmh: movingSpeed,
});

const groupWire = ({ parkedAfter, gap, movingSpeed }: Partial<TripSettings>): z.infer<typeof groupTrip> => ({
  ...(parkedAfter === undefined ? {} : { parked_after_s: parkedAfter / 1_000 }),
  ...(gap === undefined ? {} : { gap_s: gap / 1_000 }),
  ...(movingSpeed === undefined ? {} : { moving_kmh: movingSpeed }),
});

const wireOf = ({ zone, lateness, trip: whole, groups = {} }: FleetSettings): z.infer<typeof settings> => ({
  time_zone: zone,
  lateness_s: lateness / 1_000,
  trip: tripWire(whole),
  groups: Object.fromEntries(Object.entries(groups).map(([name, own]) => [name, groupWire(own)])),
});

const groupOf = ({ parked_after_s, gap_s, moving_kmh }: z.infer<typeof groupTrip>): Partial<TripSettings> => ({
  ...(parked_after_s === undefined ? {} : { parkedAfter: parked_after_s * 1_000 }),
  ...(gap_s === undefined ? {} : { gap: gap_s * 1_000 }),
  ...(moving_kmh === undefined ? {} : { movingSpeed: moving_kmh }),
});

export const settingsRoutes = ({ registry }: Pick<ApiDeps, 'registry'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/settings',
    action: 'fleet.manage',
    tag: 'settings',
    summary: 'What holds for the whole fleet: zone, lateness, and what begins and ends a trip, by group too',
    answer: settings,
    run: () => wireOf(registry.settings()),
  }),
  defineRoute({
    method: 'put',
    path: '/settings',
    action: 'fleet.manage',
    tag: 'settings',
    turn: () => ['settings'],
    summary: 'Sets them; what was driven before is not judged anew',
    body,
    answer: settings,
    run: async ({ caller, body: { time_zone, lateness_s, trip: given, groups } }) => {
      if (!governs(caller, []))
        throw forbidden('These settings are the whole fleet’s: they take somebody who sees all groups.', {
          code: 'beyond_groups',
        });
      const before = registry.settings();
      const { zone } = before;
      if (time_zone !== undefined && time_zone !== zone)
        throw unprocessable('time_zone', `the zone is ${zone}; it is set where the server is configured`, {
          code: 'zone_is',
          zone,
        });
      // What fuel costs is said elsewhere, and stays.
      const wanted: FleetSettings = {
        ...before,
        lateness: lateness_s * 1_000,
        trip: { parkedAfter: given.parked_after_s * 1_000, gap: given.gap_s * 1_000, movingSpeed: given.moving_kmh },
        groups: Object.fromEntries(Object.entries(groups).map(([name, own]) => [name, groupOf(own)])),
      };
      for (const name of [null, ...Object.keys(groups)]) {
        const { parkedAfter, gap } = tripSettingsOf(wanted, name);
        if (gap < parkedAfter)
          throw unprocessable(name === null ? 'trip' : `groups.${name}`, 'gap_s is shorter than parked_after_s', {
            code: 'gap_too_short',
          });
      }
      await registry.change({ type: 'settings_put', settings: wanted });
      return wireOf(wanted);
    },
  }),
];
