import type { Alert, AlertKind, Severity } from '../src/model/alert.js';
import type { Geofence } from '../src/model/geofence.js';
import type { DriverDay, TripOutcome } from '../src/model/trip.js';
import { newVehicle } from '../src/model/vehicle.js';
import { type Driving, scoreOf } from '../src/rollups/score.js';
import { defaultScoring } from '../src/rollups/scoring.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import type { ContractEvent } from '../src/simulator/contract-event.js';
import { driveEvents } from '../src/simulator/drive-events.js';
import type { Truth } from '../src/simulator/incidents.js';
import { traitsOf } from '../src/simulator/vehicle-traits.js';
import { pseudoRandom } from '../tests/harness/pseudo-random.js';
import { SimulatedFold } from '../tests/simulation/simulated-fold.js';
import type { Share } from './share.js';
import { type Parcel, SPOILS, type Spoil } from './spoil-drive.js';

const SEED = 'faulty fleet';
const FROM = Date.UTC(2026, 10, 23, 8);
const HOUR = 3_600_000;
const TICK = 10_000;

/** What really happens, of the kinds that the simulator knows, and how far an alert may lie from it, s. */
const KINDS = {
  harsh_braking: 8,
  harsh_acceleration: 8,
  geofence_enter: 30,
  geofence_exit: 30,
  diagnostic_trouble_code: 60,
  power_loss: 60,
} as const;
export type JudgedKind = keyof typeof KINDS;
export const JUDGED_KINDS = Object.keys(KINDS) as JudgedKind[];

/** Drives of which everything is known. */
export interface TrueFleet {
  vehicles: { id: string; events: ContractEvent[] }[];
  truths: Truth[];
  fences: Geofence[];
}

const circle = (id: string, lat: number, lon: number): Geofence => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [lon, lat] },
  properties: {
    name: id,
    on: ['enter', 'exit'],
    dwell_s: null,
    radius_m: 150,
    width_m: null,
    schedule: null,
    speed_limit_kmh: null,
    groups: [],
  },
});

const ids = (size: number): string[] => Array.from({ length: size }, (_, n) => `f-${n}`);

const driven = (size: number, minutes: number, fences: readonly Geofence[]): Omit<TrueFleet, 'fences'> => {
  const events = new Map<string, ContractEvent[]>(ids(size).map(id => [id, []]));
  const truths: Truth[] = [];
  const weights = { harsh_braking: 0.5, harsh_acceleration: 0.4, diagnostic_trouble_code: 0.06, power_loss: 0.04 };
  for (const { device, event, truth } of driveEvents({
    seed: SEED,
    devices: ids(size),
    from: FROM,
    until: FROM + minutes * 60_000,
    fences,
    incidents: [{ from: FROM, gap: 90_000, weights }],
  })) {
    if (event) events.get(device)!.push(event);
    truths.push(...truth);
  }
  return { vehicles: [...events].map(([id, its]) => ({ id, events: its })), truths };
};

/** Fences stand where the vehicles come by: two on the way of each. The fleet does not know of them. */
const trueFleet = (size: number, minutes: number): TrueFleet => {
  const fences = driven(size, minutes, []).vehicles.flatMap(({ id, events }) =>
    [1, 2].flatMap(third => {
      const gps = events[Math.floor((third * events.length) / 3)]?.gps;
      return gps === undefined ? [] : [circle(`${id}-${third}`, gps.lat, gps.lon)];
    }),
  );
  return { ...driven(size, minutes, fences), fences };
};

/** What the fold made of the fleet when its devices went wrong in one way. */
export interface SpoiltOutcome {
  spoil: Spoil;
  precision: Record<JudgedKind, Share>;
  recall: Record<JudgedKind, Share>;
  trips: Map<string, TripOutcome[]>;
  /** 0 to 100, or null where there was too little to judge by. */
  scores: Map<string, number | null>;
}

const foldSpoilt = async ({ vehicles, truths, fences }: TrueFleet, spoil: Spoil): Promise<SpoiltOutcome> => {
  const fold = new SimulatedFold();
  for (const rule of defaultRuleSettings()) fold.say({ type: 'rule_put', rule: { ...rule, cooldown_s: 0 } }, FROM);
  for (const geofence of fences) fold.say({ type: 'geofence_put', geofence }, FROM);
  vehicles.forEach(({ id }, no) => {
    fold.say({ type: 'vehicle_put', vehicle: { ...newVehicle(id), class: traitsOf(SEED, no).class } }, FROM);
  });
  const random = pseudoRandom(3);
  const parcels: (Parcel & { vehicle: string })[] = vehicles
    .flatMap(({ id, events }) => spoil.spoil(events, id, random).map(parcel => ({ ...parcel, vehicle: id })))
    .sort((a, b) => a.received - b.received);
  let now = FROM;
  const letPass = (until: number): void => {
    // While nobody speaks for hours a tick an hour does.
    for (; now <= until; now += until - now > 2 * HOUR ? HOUR : TICK) fold.tick(now);
  };
  for (const { device, vehicle, received, events } of parcels) {
    letPass(received);
    fold.send({ device, vehicle, received, payload: JSON.stringify(events) });
  }
  letPass(now + 2 * HOUR);
  await fold.start();
  await fold.run(20_000);
  return { spoil, ...judged([...fold.alerts.values()], truths, spoil.shift ?? 0), ...outcomesOf(fold, vehicles) };
};

const judged = (
  alerts: readonly Alert[],
  truths: readonly Truth[],
  shift: number,
): Pick<SpoiltOutcome, 'precision' | 'recall'> => {
  const precision = {} as SpoiltOutcome['precision'];
  const recall = {} as SpoiltOutcome['recall'];
  for (const kind of JUDGED_KINDS) {
    const within = KINDS[kind] * 1_000;
    const found = alerts.filter(alert => alert.kind === kind && alert.status !== 'retracted');
    const real = truths.filter(truth => truth.kind === kind);
    const fits = (alert: Alert, { device, at, subject }: Truth): boolean =>
      alert.vehicle === device &&
      Math.abs(Date.parse(alert.occurred_at) - at - shift) <= within &&
      (alert.geofence === null || alert.geofence === subject);
    precision[kind] = { hits: found.filter(alert => real.some(truth => fits(alert, truth))).length, of: found.length };
    recall[kind] = { hits: real.filter(truth => found.some(alert => fits(alert, truth))).length, of: real.length };
  }
  return { precision, recall };
};

const outcomesOf = (fold: SimulatedFold, vehicles: TrueFleet['vehicles']): Pick<SpoiltOutcome, 'trips' | 'scores'> => {
  const rows = <T extends { vehicle: string }>(table: string, id: string): T[] =>
    [...fold.rows]
      .filter(([key]) => key.startsWith(`${table} `))
      .flatMap(([, row]) => ((row as T).vehicle === id ? [row as T] : []));
  const trips: SpoiltOutcome['trips'] = new Map();
  const scores: SpoiltOutcome['scores'] = new Map();
  for (const { id } of vehicles) {
    trips.set(
      id,
      rows<TripOutcome>('trip', id).sort((a, b) => a.startedAt - b.startedAt),
    );
    scores.set(id, scoreOf(drivingOf(rows<DriverDay>('driver_day', id)), { ...defaultScoring, minimum_km: 1 }).score);
  }
  return { trips, scores };
};

/** The days of a vehicle as one driving, as a scorecard adds them up; nobody speeds here. */
const drivingOf = (days: readonly DriverDay[]): Driving => {
  const sum = (of: (day: DriverDay) => number) => days.reduce((total, day) => total + of(day), 0);
  const driving = sum(day => day.driving);
  const along = driving > 0 ? Math.min(1, sum(({ measured }) => measured?.along ?? 0) / driving) : 0;
  const across = driving > 0 ? Math.min(1, sum(({ measured }) => measured?.across ?? 0) / driving) : 0;
  const events = days.flatMap(({ counts }) =>
    (Object.entries(counts) as [AlertKind, Partial<Record<Severity, number>>][]).flatMap(([kind, bySeverity]) =>
      (Object.entries(bySeverity) as [Severity, number][]).map(([severity, count]) => ({
        kind,
        severity,
        count,
        load: 0,
        loadSquares: 0,
      })),
    ),
  );
  return {
    distance: sum(day => day.distance),
    driving,
    idle: sum(day => day.idle),
    night: sum(day => day.night),
    trips: sum(day => day.trips),
    measured: { braking: along, acceleration: along, cornering: across, speeding: 1, idling: 1, night: 1, fatigue: 1 },
    events,
  };
};

/** How far trips and scores of a spoilt fleet are from those of the same fleet as it was. */
export interface SpoiltErrors {
  /** Of the whole distance of each vehicle, as parts of 1. */
  distances: number[];
  /** Starts and ends of true trips that have one of ours within 15 s. */
  borders: Share;
  tripsMore: number;
  scores: number[];
}

const NEAR = 15_000;

export const errorsOf = (spoilt: SpoiltOutcome, asItWas: SpoiltOutcome): SpoiltErrors => {
  const shift = spoilt.spoil.shift ?? 0;
  const errors: SpoiltErrors = { distances: [], borders: { hits: 0, of: 0 }, tripsMore: 0, scores: [] };
  for (const [id, real] of asItWas.trips) {
    const ours = spoilt.trips.get(id) ?? [];
    const length = (trips: readonly TripOutcome[]) => trips.reduce((sum, { distance }) => sum + distance, 0);
    if (length(real) > 0) errors.distances.push(Math.abs(length(ours) - length(real)) / length(real));
    errors.tripsMore += ours.length - real.length;
    for (const which of ['startedAt', 'endedAt'] as const) {
      errors.borders.of += real.length;
      errors.borders.hits += real.filter(trip => ours.some(one => Math.abs(one[which] - trip[which] - shift) <= NEAR)).length;
    }
    const [score, truth] = [spoilt.scores.get(id) ?? null, asItWas.scores.get(id) ?? null];
    if (score !== null && truth !== null) errors.scores.push(Math.abs(score - truth));
  }
  return errors;
};

/** Every way to go wrong, the fleet as it was first. */
export const spoiltFleet = async (size: number, minutes: number): Promise<SpoiltOutcome[]> => {
  const fleet = trueFleet(size, minutes);
  const outcomes: SpoiltOutcome[] = [];
  for (const spoil of SPOILS) outcomes.push(await foldSpoilt(fleet, spoil));
  return outcomes;
};
