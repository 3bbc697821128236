import { firstTables } from '../../../migrations/0001-first-tables.js';
import { sensing } from '../../../migrations/0002-sensing.js';
import { scoringTables } from '../../../migrations/0003-scoring.js';
import { vehicleRecords } from '../../../migrations/0005-vehicle-records.js';
import { fuelDays } from '../../../migrations/0009-fuel-days.js';
import { vehicleHealthDays } from '../../../migrations/0010-vehicle-health-days.js';
import { trackAreas } from '../../../migrations/0020-track-areas.js';
import { userChanges } from '../../../migrations/0046-user-changes.js';
import { driverTokens } from '../../../migrations/0064-driver-tokens.js';
import type { Migration } from './migration.js';

/** Every migration there is, in the order in which they are applied. New ones go to the end. */
export const migrations: readonly Migration[] = [
  firstTables,
  sensing,
  scoringTables,
  fuelDays,
  vehicleHealthDays,
  trackAreas,
  vehicleRecords,
  userChanges,
  driverTokens,
];
