import type { Geofence, Position } from '../src/model/geofence.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { driveEvents } from '../src/simulator/drive-events.js';
import { METRES_PER_DEGREE, metresPerDegreeOfLongitude } from '../src/streams/track/geometry.js';
import { SimulatedFold } from '../tests/simulation/simulated-fold.js';
import type { Figure } from './figure.js';

const VEHICLES = 40;
const SECONDS = 600;
const PER_MESSAGE = 10;
const ROUNDS = 5;
const FROM = Date.UTC(2026, 0, 5, 8);
const LONG = 10_000;

interface Drive {
  device: string;
  received: number;
  payload: string;
}

const drives = (): { messages: Drive[]; events: number; places: Position[] } => {
  const waiting = new Map<string, string[]>();
  const messages: Drive[] = [];
  const places: Position[] = [];
  let events = 0;
  const devices = Array.from({ length: VEHICLES }, (_, i) => `v${i}`);
  for (const { device, event, at } of driveEvents({
    seed: 'fences',
    devices,
    from: FROM,
    until: FROM + SECONDS * 1_000,
    incidents: [],
  })) {
    if (!event) continue;
    if (event.gps && events % 2_000 === 1_000) places.push([event.gps.lon, event.gps.lat]);
    events++;
    const its = waiting.get(device) ?? [];
    waiting.set(device, its);
    its.push(JSON.stringify(event));
    if (its.length === PER_MESSAGE) messages.push({ device, received: at, payload: `[${its.splice(0).join(',')}]` });
  }
  return { messages, events, places };
};

/** A ring of so many positions, about as large as a circle of that radius, with a ragged border. */
const ringAround = ([lon, lat]: Position, radius: number, positions: number): Position[] => {
  const ring = Array.from({ length: positions - 1 }, (_, i): Position => {
    const angle = (i / (positions - 1)) * 2 * Math.PI;
    const r = radius * (1 + 0.02 * Math.sin(i));
    return [lon + (r * Math.cos(angle)) / metresPerDegreeOfLongitude(lat), lat + (r * Math.sin(angle)) / METRES_PER_DEGREE];
  });
  return [...ring, ring[0]!];
};

const fence = (id: string, middle: Position, positions: number): Geofence => ({
  type: 'Feature',
  id,
  geometry: { type: 'Polygon', coordinates: [ringAround(middle, 200, positions)] },
  properties: {
    name: id,
    on: ['enter', 'exit', 'dwell'],
    dwell_s: 60,
    radius_m: null,
    width_m: null,
    schedule: null,
    speed_limit_kmh: 50,
    groups: [],
  },
});

/** One fence on a square kilometre, around the town and in it. */
const scattered = ([lon, lat]: Position, count: number): Geofence[] =>
  Array.from({ length: count }, (_, i) => {
    const side = Math.ceil(Math.sqrt(count));
    const east = ((i % side) - side / 2) * 1_000;
    const north = (Math.floor(i / side) - side / 2) * 1_000;
    return fence(`s-${i}`, [lon + east / metresPerDegreeOfLongitude(lat), lat + north / METRES_PER_DEGREE], 5);
  });

/** CPU time of this process, µs: the machine is shared. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/**
 * What an event costs in the whole fold (decode, order, track, all default rules) with few, many and long fences about the same drives.
 * The kinds take turns, and the best of some rounds counts.
 */
export const run = async (): Promise<Figure[]> => {
  const { messages, events, places } = drives();
  const ten = Array.from({ length: 10 }, (_, i) => places[(i * 7) % places.length]!);
  const cost = async (fences: readonly Geofence[]): Promise<number> => {
    const fold = new SimulatedFold();
    for (const rule of defaultRuleSettings()) fold.say({ type: 'rule_put', rule }, FROM);
    for (const geofence of fences) fold.say({ type: 'geofence_put', geofence }, FROM);
    fold.send({ ...messages[0]!, device: 'first' });
    await fold.start();
    // The first message builds the index: once per change of fences, not per event.
    await fold.run(100_000);
    for (const message of messages) fold.send(message);
    const begun = cpu();
    await fold.run(500);
    return (cpu() - begun) / events;
  };
  const few = ten.map((place, i) => fence(`f-${i}`, place, 5));
  const kinds = [[], few, [...few, ...scattered(ten[0]!, 9_990)], ten.map((place, i) => fence(`l-${i}`, place, LONG))];
  const best = kinds.map(() => Infinity);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, fences] of kinds.entries()) {
      const its = await cost(fences);
      // The first round makes the code warm.
      if (round > 0) best[i] = Math.min(best[i]!, its);
    }
  }
  const [none, base, many, long] = best as [number, number, number, number];
  const note = `${events} events of ${VEHICLES} vehicles, all default rules, CPU time, best of ${ROUNDS}`;
  return [
    { name: 'fences.none', value: none, unit: 'us/event', note },
    { name: 'fences.10', value: base, unit: 'us/event', note: '10 squares of 400 m on their ways' },
    { name: 'fences.10_000', value: many, unit: 'us/event', note: 'the same, and 9,990 around, one on a km²' },
    { name: 'fences.10_long', value: long, unit: 'us/event', note: `10 polygons of ${LONG} positions in the same places` },
    { name: 'fences.10_000_over_10', value: many / base, unit: 'x', note: 'at most 1.5 is meant' },
    { name: 'fences.long_over_10', value: long / base, unit: 'x', note: 'at most 1.5 is meant' },
  ];
};
