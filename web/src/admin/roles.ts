/** What a user or a token can be, from the most to the least. */
export const ROLES = ['admin', 'fleet_manager', 'coach', 'investigator', 'viewer', 'driver'] as const;
export type Role = (typeof ROLES)[number];
