import type { Alert } from '../../model/alert.js';
import { TelltaleError } from '../../model/errors.js';
import type { FuelDay } from '../../model/fuel.js';
import type { HealthDay } from '../../model/health.js';
import type { DriverDay, TrackChunk, TripOutcome } from '../../model/trip.js';
import type { VehicleRecord } from '../../model/vehicle-record.js';
import type { ApiToken, AuditEntry, Database, Driver, PageRequest, User, WebSession } from '../../ports/database.js';
import { fakeScores } from './fake-scores.js';

export class FakeOutageError extends TelltaleError {
  readonly code = 'DATABASE_UNAVAILABLE';
  readonly fault = 'outage';
}

export interface FakeDatabase extends Database {
  /** While true, every call fails as if the server were away. */
  away: boolean;
  rows: {
    trips: Map<string, TripOutcome>;
    tracks: TrackChunk[];
    days: DriverDay[];
    fuelDays: FuelDay[];
    healthDays: HealthDay[];
    alerts: Map<string, Alert>;
    audit: AuditEntry[];
    records: VehicleRecord[];
  };
}

const page = <T>(items: readonly T[], { limit, cursor }: PageRequest) => {
  const start = Number(cursor ?? 0);
  return { items: items.slice(start, start + limit), next: start + limit < items.length ? String(start + limit) : null };
};

const allows = (vehicles: readonly string[] | undefined, vehicle: string): boolean =>
  vehicles === undefined || vehicles.includes(vehicle);

/** SQL in memory: as much of it as the API asks. */
export const createFakeDatabase = (): FakeDatabase => {
  const drivers = new Map<string, Driver>();
  const users = new Map<string, User>();
  const tokens = new Map<string, ApiToken>();
  const sessions = new Map<string, WebSession>();
  const rows: FakeDatabase['rows'] = {
    trips: new Map(),
    tracks: [],
    days: [],
    fuelDays: [],
    healthDays: [],
    alerts: new Map(),
    records: [],
    audit: [],
  };

  const cut = (user: string, { tokens: theirs, except }: Parameters<Database['cutUser']>[1]): string[] => {
    for (const [hash, session] of sessions) if (session.user === user && hash !== except) sessions.delete(hash);
    const cutTokens = theirs ? [...tokens.values()].filter(({ made_by }) => made_by === user).map(({ id }) => id) : [];
    for (const id of cutTokens) tokens.delete(id);
    return cutTokens;
  };

  const calls: Omit<Database, 'close'> = {
    migrate: async () => {},
    ping: async () => {},
    writeRollUps: async () => {},
    rollUpPositions: async () => new Map(),
    trips: async query =>
      page(
        [...rows.trips.values()].filter(
          trip =>
            allows(query.vehicles, trip.vehicle) &&
            (query.vehicle ?? trip.vehicle) === trip.vehicle &&
            (query.driver ?? trip.driver) === trip.driver,
        ),
        query,
      ),
    trip: async id => rows.trips.get(id),
    track: async trip => rows.tracks.filter(chunk => chunk.trip === trip),
    forgetTrips: async () => 0,
    driverDays: async query =>
      rows.days.filter(
        day =>
          day.day >= query.from &&
          day.day <= query.to &&
          (query.driver ?? day.driver) === day.driver &&
          allows(query.vehicles, day.vehicle),
      ),
    fuelDays: async ({ from, to, vehicles }) =>
      rows.fuelDays.filter(({ day, vehicle }) => day >= from && day <= to && allows(vehicles, vehicle)),
    healthDays: async ({ from, to, vehicles }) =>
      rows.healthDays.filter(({ day, vehicle }) => day >= from && day <= to && allows(vehicles, vehicle)),
    alerts: async query =>
      page(
        [...rows.alerts.values()].filter(
          alert =>
            allows(query.vehicles, alert.vehicle) &&
            (query.trip ?? alert.trip) === alert.trip &&
            (query.driver ?? alert.driver) === alert.driver &&
            (query.kind ?? alert.kind) === alert.kind &&
            (query.contested ?? alert.contest?.status === 'open') === (alert.contest?.status === 'open'),
        ),
        query,
      ),
    alert: async id => rows.alerts.get(id),
    records: async query =>
      page(
        rows.records.filter(
          record =>
            record.topic === query.topic &&
            allows(query.vehicles, record.vehicle) &&
            (query.vehicle ?? record.vehicle) === record.vehicle,
        ),
        query,
      ),
    drivers: async query =>
      page(
        [...drivers.values()].filter(
          driver =>
            (query.group ?? driver.group) === driver.group &&
            (query.groups === undefined || (driver.group !== null && query.groups.includes(driver.group))),
        ),
        query,
      ),
    driver: async id => drivers.get(id),
    putDriver: async driver => void drivers.set(driver.id, driver),
    putDrivers: async several => {
      for (const driver of several) drivers.set(driver.id, driver);
    },
    async deleteDriver(id) {
      const theirs = [...users.values()].filter(({ driver }) => driver === id);
      for (const user of theirs) if (user.role === 'driver') users.delete(user.id);
      drivers.delete(id);
      const cutTokens = [...tokens.values()].filter(({ driver }) => driver === id);
      for (const token of cutTokens) tokens.delete(token.id);
      return { users: theirs.map(user => user.id), tokens: cutTokens.map(token => token.id) };
    },
    users: async query => page([...users.values()], query),
    user: async id => users.get(id),
    administrators: async () =>
      [...users.values()]
        .filter(user => user.role === 'admin' && user.groups.length === 0 && user.disabled_at === null)
        .map(({ id }) => id),
    userNamed: async name => [...users.values()].find(user => user.name === name),
    putUser: async user => void users.set(user.id, user),
    deleteUser: async id => {
      users.delete(id);
      return cut(id, { tokens: true });
    },
    cutUser: async (id, what) => cut(id, what),
    tokens: async query => page([...tokens.values()], query),
    tokenByHash: async hash => [...tokens.values()].find(token => token.token_hash === hash),
    putToken: async token => void tokens.set(token.id, token),
    deleteToken: async id => tokens.delete(id),
    touchToken: async (id, at) => {
      const token = tokens.get(id);
      if (token) tokens.set(id, { ...token, last_used_at: at });
    },
    async sessionByHash(hash) {
      const session = sessions.get(hash);
      const as = session && users.get(session.user);
      return session && as?.disabled_at === null ? { ...session, as } : undefined;
    },
    putSession: async session => void sessions.set(session.id_hash, session),
    deleteSession: async hash => void sessions.delete(hash),
    addAudit: async entry => void rows.audit.unshift(entry),
    audit: async query =>
      page(
        rows.audit.filter(
          entry =>
            (query.by ?? entry.by) === entry.by &&
            (query.subject ?? entry.subject) === entry.subject &&
            entry.action.startsWith(query.action ?? '') &&
            entry.at >= (query.from ?? 0) &&
            entry.at <= (query.to ?? Number.POSITIVE_INFINITY),
        ),
        query,
      ),
    ...fakeScores(rows),
  };

  const database = { ...calls, close: async () => {}, away: false, rows };
  for (const [name, call] of Object.entries(calls) as [keyof typeof calls, (...args: never[]) => Promise<unknown>][]) {
    Object.assign(database, {
      [name]: async (...args: never[]) => {
        if (database.away) throw new FakeOutageError('SQL is away.');
        return call(...args);
      },
    });
  }
  return database;
};
