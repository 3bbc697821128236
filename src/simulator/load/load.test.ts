// Proves: what the load generator sends is valid contract JSON whose time and numbers advance, physically one drive, and every acknowledgement is counted.
import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram } from './latency-histogram.js';
import { LoadFleet, type LoadProbe } from './load-fleet.js';
import { FIRST_SEQ, LAP, lap } from './load-script.js';
import { MessageTemplate } from './message-template.js';
import { openNullSink } from './null-sink.js';

test('a patched template is JSON with the times and numbers asked for', () => {
  const template = new MessageTemplate(lap(3, true).slice(0, 10));
  fc.assert(
    fc.property(fc.integer({ min: 1e12, max: 9e12 }), fc.integer({ min: 1, max: 5_000 }), fc.nat(800_000_000), (ts, step, n) => {
      const target = Buffer.alloc(template.bytes.length + 7);
      template.write(target, 7, ts, step, FIRST_SEQ + n);
      const events = JSON.parse(target.toString('latin1', 7)) as { ts: number; seq: number }[];
      expect(events.map(event => [event.ts, event.seq])).toEqual(
        Array.from({ length: 10 }, (_, i) => [ts + i * step, FIRST_SEQ + n + i]),
      );
    }),
  );
});

test('a time that is no whole millisecond is refused: its digits could not be written', () => {
  expect(() => new LoadFleet({ url: 'mqtt://127.0.0.1:1', devices: [{ id: 'a' }], from: 1_795_947_453_000.5 })).toThrow(
    RangeError,
  );
});

test('an event has a position and six frames, about as long as the events the limits were measured with', () => {
  const template = new MessageTemplate(lap(0, false).slice(0, 1));
  const event = JSON.parse(template.bytes.toString()) as { gps: object; obd: string[] };
  expect(event.gps).toMatchObject({ speed_kmh: 72 });
  expect(event.obd).toHaveLength(6);
  for (const frame of event.obd) expect(frame).toMatch(/^41([0-9A-F]{2})+$/);
  expect(Math.abs(template.bytes.length - 180)).toBeLessThan(25);
});

test.each([false, true])('laps follow each other without a jump (braking: %s)', braking => {
  const points = [...lap(0, false), ...lap(0, braking), ...lap(0, false)];
  const accelerations: number[] = [];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const metres = Math.hypot((b.lat - a.lat) * 111_195, (b.lon - a.lon) * 111_195 * Math.cos((a.lat * Math.PI) / 180));
    expect(metres).toBeCloseTo(b.speed / 3.6, 0);
    accelerations.push((b.speed - a.speed) / 3.6);
  }
  expect(Math.max(...accelerations)).toBeLessThan(2.6);
  expect(accelerations.filter(a => a < -3.5)).toHaveLength(braking ? 3 : 0);
});

test('the histogram tells quantiles to some percent', () => {
  const histogram = new LatencyHistogram();
  for (let i = 1; i <= 1_000; i++) histogram.record(i / 10);
  expect(histogram.at(0.5)).toBeCloseTo(50, -1);
  expect(histogram.at(0.99)).toBeGreaterThan(97);
  expect(histogram.at(1)).toBe(100);
});

describe('a fleet against a sink', () => {
  let sink: Awaited<ReturnType<typeof openNullSink>>;
  beforeAll(async () => {
    sink = await openNullSink();
  });
  afterAll(() => {
    sink.server.close();
  });
  const devices = Array.from({ length: 20 }, (_, i) => ({ id: `l-${i}` }));

  test('paced, sends what was asked for and gets it all acknowledged', async () => {
    const probes: LoadProbe[] = [];
    const fleet = new LoadFleet({
      url: `mqtt://127.0.0.1:${sink.port}`,
      devices,
      rate: 20_000,
      alertsPerSecond: 10,
      onProbe: probe => probes.push(probe),
    });
    await fleet.start();
    await sleep(1_000);
    await fleet.stop();
    const { ackedMessages, sentMessages, lostConnections } = fleet.stats;
    expect(ackedMessages).toBe(sentMessages);
    expect(ackedMessages * 10).toBeGreaterThan(5_000);
    expect(lostConnections).toBe(0);
    expect(probes.length).toBeGreaterThan(2);
    expect(new Set(probes.map(({ device, at }) => `${device}/${at}`)).size).toBe(probes.length);
  });

  // Proves: with several source addresses the connections are spread over them, so that their ports do not run out.
  test('connects from several addresses', async () => {
    const addresses = new Map<string, number>();
    const count = (socket: { remoteAddress?: string | undefined }) =>
      addresses.set(socket.remoteAddress ?? '', (addresses.get(socket.remoteAddress ?? '') ?? 0) + 1);
    sink.server.on('connection', count);
    const fleet = new LoadFleet({ url: `mqtt://127.0.0.1:${sink.port}`, devices, sources: 4 });
    await fleet.start();
    await fleet.stop();
    sink.server.off('connection', count);
    expect([...addresses].sort()).toEqual([1, 2, 3, 4].map(n => [`127.0.0.${n}`, 5]));
  });

  test.each([1, 10])('flat out with %i events a message and a window', async eventsPerMessage => {
    const fleet = new LoadFleet({ url: `mqtt://127.0.0.1:${sink.port}`, devices, eventsPerMessage, window: 4 });
    await fleet.start();
    await sleep(300);
    await fleet.stop();
    expect(fleet.stats.ackedMessages).toBe(fleet.stats.sentMessages);
    expect(fleet.stats.ackedMessages).toBeGreaterThan(LAP);
  });

  // Proves: a gateway's connection speaks for each of its vehicles in turn, under their topics, and each of them goes on where it was.
  test('three vehicles on a connection', async () => {
    const probes: LoadProbe[] = [];
    const fleet = new LoadFleet({
      url: `mqtt://127.0.0.1:${sink.port}`,
      devices,
      vehiclesPerConnection: 3,
      rate: 40_000,
      alertsPerSecond: 20,
      onProbe: probe => probes.push(probe),
    });
    await fleet.start();
    await sleep(1_500);
    await fleet.stop();
    const { ackedMessages, sentMessages, connections } = fleet.stats;
    expect(connections).toBe(20);
    expect(ackedMessages).toBe(sentMessages);
    expect(new Set(probes.map(({ device }) => device)).size).toBeGreaterThan(5);
    for (const { device } of probes) expect(device).toMatch(/^l-\d+-[0-2]$/);
  });
});
