// Proves: the simulated fleet is deterministic, drives within declared physical limits, and what it says happened can be found in its events.
import { describe, expect, test } from '@jest/globals';
import type { Geofence } from '../model/geofence.js';
import { type DrivenMoment, driveEvents } from './drive-events.js';
import { FenceWatch } from './fence-watch.js';
import { IncidentSchedule, type Truth } from './incidents.js';
import { randomOf } from './random.js';
import { SimulatedVehicle } from './simulated-vehicle.js';
import { buildTown } from './town/build-town.js';
import { distance, toLocation, toPoint } from './town/plane.js';
import { traitsOf } from './vehicle-traits.js';

const from = Date.UTC(2026, 10, 22, 6);
const town = buildTown();
const devices = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const drive = (options: Partial<Parameters<typeof driveEvents>[0]> = {}): DrivenMoment[] => [
  ...driveEvents({ seed: 'test', devices, from, until: from + 1_200_000, town, ...options }),
];

test('the same seed drives the same way, and a vehicle does not depend on its neighbours', () => {
  const all = drive();
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  expect(same(drive(), all)).toBe(true);
  const three = all.filter(moment => moment.no < 3);
  expect(same(drive({ devices: devices.slice(0, 3) }), three)).toBe(true);
  expect(same(drive({ seed: 'other' }), all)).toBe(false);
});

test('each device tells time and seq that grow, places that follow on, and values that can be', () => {
  const last = new Map<string, NonNullable<DrivenMoment['event']>>();
  // Collected, and judged once: an `expect` costs more than the second it looks at.
  const odd: unknown[] = [];
  for (const { device, event } of drive()) {
    if (event === undefined) continue;
    const before = last.get(device);
    const seconds = before ? (event.ts - before.ts) / 1_000 : 0;
    if (before && (event.seq !== before.seq + 1 || seconds <= 0)) odd.push([before, event]);
    // Motorway speed, and twice the error of the receiver.
    if (before && distance(toPoint(event.gps!), toPoint(before.gps!)) > 31 * seconds + 16) odd.push([before, event]);
    const { speed_kmh, heading } = event.gps!;
    if (!(speed_kmh >= 0 && heading >= 0 && heading < 360)) odd.push(event);
    if (event.obd?.some(frame => !/^4[13]([0-9A-F]{2})+$/.test(frame))) odd.push(event);
    last.set(device, event);
  }
  expect(odd).toEqual([]);
  expect(last.size).toBe(devices.length);
});

test('ordinary driving stays within the limits of vehicle and driver', () => {
  for (let no = 0; no < 5; no++) {
    const traits = traitsOf('test', no);
    const calm = new IncidentSchedule([], no, randomOf('test', no));
    const vehicle = new SimulatedVehicle('v', no, traits, 'test', town, from, calm, new FenceWatch([]));
    const truths: Truth[] = [];
    const seen = { slowest: 0, acceleration: 0, braking: 0, driven: 0 };
    for (let second = 1; second < 1_800; second++) {
      vehicle.second(from + second * 1_000, truths);
      seen.slowest = Math.min(seen.slowest, vehicle.speed);
      seen.acceleration = Math.max(seen.acceleration, vehicle.acceleration);
      seen.braking = Math.max(seen.braking, -vehicle.acceleration);
      seen.driven += vehicle.speed;
    }
    expect(seen.slowest).toBe(0);
    expect(seen.acceleration).toBeLessThanOrEqual(traits.acceleration + 1e-6);
    expect(seen.braking).toBeLessThanOrEqual(traits.braking + 1e-6);
    expect(seen.driven).toBeGreaterThan(2_000);
    expect(truths).toEqual([]);
  }
});

describe('incidents', () => {
  const weights = { harsh_braking: 2, harsh_acceleration: 2, diagnostic_trouble_code: 1, power_loss: 1, device_offline: 0.2 };
  const moments = drive({ until: from + 4_800_000, incidents: [{ from, gap: 60_000, weights }] });
  const truths = moments.flatMap(moment => moment.truth);
  const eventsOf = (device: string, since: number, within_s: number) =>
    moments.flatMap(({ device: of, event }) =>
      event !== undefined && of === device && event.ts >= since && event.ts <= since + within_s * 1_000 ? [event] : [],
    );

  test('of every kind happen', () => {
    expect(new Set(truths.map(truth => truth.kind))).toEqual(new Set(Object.keys(weights)));
  });

  test('harsh braking and acceleration show in the accelerometer and in the speed', () => {
    const harsh = truths.filter(({ kind, device, at }) => kind.startsWith('harsh') && eventsOf(device, at, 4).length === 5);
    expect(harsh.length).toBeGreaterThan(20);
    for (const { device, at, value } of harsh) {
      const events = eventsOf(device, at, 4);
      const peak = Math.max(...events.map(event => (event.acc?.y ?? 0) * Math.sign(value!)));
      expect(peak).toBeGreaterThan(Math.abs(value!) * 0.85);
      const speeds = events.map(event => event.gps!.speed_kmh);
      expect(Math.max(...speeds) - Math.min(...speeds)).toBeGreaterThan(15);
    }
  });

  test('a pulled plug shows as a supply that is gone, then silence', () => {
    const { device, at } = truths.find(truth => truth.kind === 'power_loss')!;
    const events = eventsOf(device, at, 100);
    expect(events).toHaveLength(5);
    for (const event of events) expect(event.external_voltage).toBeLessThan(1);
  });

  test('a silent device says nothing for longer than the default of device_offline', () => {
    const { device, at } = truths.find(truth => truth.kind === 'device_offline')!;
    expect(eventsOf(device, at, 900)).toEqual([]);
  });

  test('a trouble code is told as a code or as the reply to mode 03', () => {
    for (const { device, at, subject } of truths.filter(truth => truth.kind === 'diagnostic_trouble_code')) {
      const [event] = eventsOf(device, at, 0);
      const told = event?.dtc?.join() ?? event?.obd?.find(frame => frame.startsWith('4301'));
      expect(told).toBe(event?.dtc ? subject : `4301${subject === 'U0121' ? 'C121' : subject!.slice(1)}`);
    }
  });
});

test('crossings of fences are told alternately, and agree with where the receiver says the vehicle is', () => {
  const middle = toLocation({ x: 200, y: 200 });
  const fence: Geofence = {
    type: 'Feature',
    id: 'middle',
    geometry: { type: 'Point', coordinates: [middle.lon, middle.lat] },
    properties: {
      name: 'Middle',
      on: ['enter', 'exit'],
      dwell_s: null,
      radius_m: 900,
      width_m: null,
      schedule: null,
      speed_limit_kmh: null,
      groups: [],
    },
  };
  const moments = drive({ fences: [fence], incidents: [], until: from + 3_600_000 });
  const kinds = new Map<string, string[]>();
  for (const { kind, device } of moments.flatMap(moment => moment.truth)) kinds.set(device, [...(kinds.get(device) ?? []), kind]);
  expect(kinds.size).toBeGreaterThan(3);
  for (const list of kinds.values()) for (let i = 1; i < list.length; i++) expect(list[i]).not.toBe(list[i - 1]);
  for (const { event, truth } of moments) {
    for (const { kind } of truth) {
      // Told 25 m beyond the border at the earliest.
      const inside = distance(toPoint(event!.gps!), { x: 200, y: 200 }) < 900;
      expect(kind).toBe(inside ? 'geofence_enter' : 'geofence_exit');
    }
  }
});
