import type { Page } from 'playwright-core';
import { restClient } from '../harness/rest-client.js';
import { HISTORY_MINUTES } from './world.js';

export interface Picture {
  name: string;
  path: string;
  loggedOut?: boolean;
  prepare?: (page: Page) => Promise<void>;
}

/** Every page that a picture is taken of. `prepare` brings a page into the state that tells most of it. */
export const pagesOf = async (http: string, token: string): Promise<Picture[]> => {
  const rest = restClient(http, token);
  // What vehicles told of weeks ago has no positions.
  const from = new Date(Date.now() - HISTORY_MINUTES * 60_000).toISOString();
  const trips = (await rest.all<{ id: string; distance_km: number; ended_at: string | null }>('/trips', { from })).filter(
    ({ ended_at }) => ended_at !== null,
  );
  const trip = trips.toSorted((a, b) => b.distance_km - a.distance_km)[0];
  const [policy] = await rest.all<{ id: string }>('/notification-policies');
  const [fence] = await rest.all<{ id: string }>('/geofences');
  const click =
    (role: 'button', name: string | RegExp) =>
    async (page: Page): Promise<void> => {
      await page.getByRole(role, { name }).first().click();
      await page.waitForTimeout(800);
    };
  return [
    { name: 'log-in', path: '/', loggedOut: true },
    { name: 'live', path: '/', prepare: page => page.waitForTimeout(4_000) },
    { name: 'live-vehicle', path: '/?vehicle=v-07', prepare: page => page.waitForTimeout(4_000) },
    { name: 'trips', path: '/trips' },
    {
      name: 'replay',
      path: `/trips/${trip?.id}`,
      prepare: async page => {
        await page.waitForTimeout(1_500);
        await page.keyboard.press('n').catch(() => undefined);
        await page.waitForTimeout(1_500);
      },
    },
    { name: 'drivers', path: '/drivers' },
    { name: 'scorecard', path: '/drivers/d-07' },
    { name: 'vehicles', path: '/vehicles' },
    { name: 'health', path: '/vehicles/v-04' },
    { name: 'trouble-codes', path: '/vehicles/v-26?tab=codes' },
    { name: 'service-plan', path: '/vehicles/v-26?tab=service' },
    { name: 'service-form', path: '/vehicles/v-26?tab=service', prepare: click('button', /Add service|Wartung eintragen/) },
    { name: 'fuel', path: '/vehicles/v-04?tab=fuel' },
    { name: 'rules', path: '/rules' },
    { name: 'rules-edit', path: '/rules/rule/default-harsh-braking' },
    { name: 'rules-geofences', path: '/rules?tab=geofences', prepare: page => page.waitForTimeout(2_000) },
    { name: 'rules-fence', path: `/rules/geofence/${fence?.id}`, prepare: page => page.waitForTimeout(2_000) },
    { name: 'who-gets-told', path: '/rules?tab=told' },
    { name: 'who-gets-told-policy', path: `/rules/policy/${policy?.id}` },
    { name: 'who-gets-told-webhooks', path: '/rules?tab=webhooks' },
    { name: 'administration-devices', path: '/admin' },
    { name: 'administration-quarantine', path: '/admin?tab=quarantine' },
    { name: 'administration-users', path: '/admin?tab=users' },
    { name: 'administration-tokens', path: '/admin?tab=tokens' },
    { name: 'administration-system', path: '/admin?tab=system' },
    { name: 'administration-audit', path: '/admin?tab=audit' },
  ];
};
