import type { Role } from '../ports/database.js';

const everybodyButDrivers: readonly Role[] = ['admin', 'fleet_manager', 'coach', 'investigator', 'viewer'];
const managers: readonly Role[] = ['admin', 'fleet_manager'];

/**
 * Who may do what: the one table that routes, the websocket, `GET /session` and the tests read.
 * Rows follow the roles table of the contract. A `driver` sees what is their own only; that narrowing is `scope.ts`'s.
 * Reading vehicles, geofences and rules belongs to the live map, which draws them; changing them is management.
 */
export const ROLES_OF = {
  'session.own': [...everybodyButDrivers, 'driver'],
  'live.read': everybodyButDrivers,
  'alerts.handle': managers,
  'fleet.manage': managers,
  'drivers.read': ['admin', 'fleet_manager', 'coach', 'investigator'],
  'scorecards.read': ['admin', 'fleet_manager', 'coach', 'driver'],
  'drivers.export': ['admin', 'fleet_manager', 'driver'],
  'reports.read': ['admin', 'fleet_manager', 'coach'],
  'coaching.write': ['admin', 'fleet_manager', 'coach'],
  'alerts.contest': ['admin', 'fleet_manager', 'coach', 'driver'],
  'trips.read': ['admin', 'fleet_manager', 'coach', 'investigator', 'driver'],
  'evidence.read': ['admin', 'investigator'],
  'private.read': ['admin'],
  'server.administer': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ROLES_OF;

export const ACTIONS = Object.keys(ROLES_OF) as readonly Action[];

export const mayDo = (role: Role, action: Action): boolean => (ROLES_OF[action] as readonly Role[]).includes(role);
