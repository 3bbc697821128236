import type { CarriedError } from './carried-error.js';
import type { PackedDatabase } from './packed-database.js';

export type CallName = Exclude<keyof PackedDatabase, 'close'>;

/** Every call that crosses to the thread; the compiler sees to it that none is missing. */
export const callNames = Object.keys({
  migrate: true,
  ping: true,
  writeRollUps: true,
  rollUpPositions: true,
  trips: true,
  trip: true,
  track: true,
  forgetTrips: true,
  driverDays: true,
  fuelDays: true,
  healthDays: true,
  alerts: true,
  alert: true,
  records: true,
  drivers: true,
  driver: true,
  putDriver: true,
  putDrivers: true,
  deleteDriver: true,
  users: true,
  userNamed: true,
  putUser: true,
  user: true,
  administrators: true,
  deleteUser: true,
  cutUser: true,
  tokens: true,
  tokenByHash: true,
  putToken: true,
  deleteToken: true,
  touchToken: true,
  sessionByHash: true,
  putSession: true,
  deleteSession: true,
  addAudit: true,
  audit: true,
  drivingSums: true,
  countedEvents: true,
  scorings: true,
  addScoring: true,
  coachingNotes: true,
  coachingNote: true,
  putCoachingNote: true,
  deleteCoachingNote: true,
} satisfies Record<CallName, true>) as readonly CallName[];

export type ToThread = { type: 'call'; id: number; name: CallName; args: readonly unknown[] } | { type: 'close' };

export type FromThread =
  | { type: 'ready' }
  /** It could not be opened; the thread has ended. */
  | { type: 'failed'; error: CarriedError }
  /** `retries`: how many there were since the thread began. */
  | { type: 'answer'; id: number; retries: number; result: unknown }
  | { type: 'refusal'; id: number; retries: number; error: CarriedError };

/** The memory of packed tracks among the arguments or in the result of a call: it changes hands and is not copied. */
export const memoryOf = (rows: unknown): ArrayBuffer[] => {
  const memory: ArrayBuffer[] = [];
  if (Array.isArray(rows))
    for (const row of rows) {
      const columns = row?.row?.columns ?? row?.columns;
      if (columns instanceof Float64Array && columns.byteLength > 0) memory.push(columns.buffer as ArrayBuffer);
    }
  return memory;
};
