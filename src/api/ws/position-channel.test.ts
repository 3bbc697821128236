// Proves: viewers get positions conflated, at their pace, of their box and their groups, and are told what leaves it.
import { describe, expect, test } from '@jest/globals';
import { watchedApi } from '../../../tests/harness/watched-api.js';
import { aState } from '../testing/fake-streams.js';

const watched = watchedApi();
const { connect } = watched;

describe('positions', () => {
  test('a snapshot, then changes, one newest per vehicle', async () => {
    watched.api.live.put(aState('v-1'), aState('v-2', { lat: undefined, lon: undefined, speed: undefined, status: 'offline' }));
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '2', channel: 'positions' });
    await probe.until(() => probe.of('positions').length === 1);
    expect(probe.of('positions')[0].positions).toEqual([
      {
        vehicle: 'v-1',
        ts: '2025-11-22T00:00:00.000Z',
        lat: 42.28,
        lon: -83.74,
        speed_kmh: 48.3,
        heading: 271,
        status: 'driving',
        driver: null,
        open_alerts: 0,
      },
      expect.objectContaining({ vehicle: 'v-2', lat: null, lon: null, speed_kmh: null, status: 'offline' }),
    ]);
    for (let speed = 1; speed <= 50; speed++) watched.api.live.put(aState('v-1', { speed }));
    await probe.until(() => probe.of('positions').length === 2);
    expect(probe.of('positions')[1].positions).toMatchObject([{ vehicle: 'v-1', speed_kmh: 50 }]);
  });

  test('an empty snapshot is sent too', async () => {
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { vehicles: ['nobody'] } });
    await probe.until(() => probe.of('positions').length === 1);
    expect(probe.of('positions')[0].positions).toEqual([]);
  });

  test('within the box, over the date line too', async () => {
    watched.api.live.put(
      aState('east', { lat: -17, lon: 179 }),
      aState('west', { lat: -17, lon: -179 }),
      aState('far', { lat: -17, lon: 0 }),
    );
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { bbox: [170, -20, -170, -10] } });
    await probe.until(() => probe.of('positions').length === 1);
    expect(probe.of('positions')[0].positions.map((one: { vehicle: string }) => one.vehicle)).toEqual(['east', 'west']);
  });

  test('what leaves the box is told, what comes in is sent, and another box brings what is new in it', async () => {
    const there = (vehicle: string, lon: number) => aState(vehicle, { lat: 50, lon });
    watched.api.live.put(there('stays', 10.5), there('leaves', 10.9), there('comes', 11.1), there('far', 12.5));
    const probe = await connect();
    const told = () => probe.of('positions').flatMap(frame => frame.positions.map((one: { vehicle: string }) => one.vehicle));
    const left = () => probe.of('positions').flatMap(frame => frame.left ?? []);
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { bbox: [10, 49, 11, 51] } });
    await probe.until(() => probe.of('positions').length === 1);
    expect(told().sort()).toEqual(['leaves', 'stays']);
    watched.api.live.put(there('leaves', 11.05), there('comes', 10.95), there('far', 12.6));
    await probe.until(() => left().length === 1 && told().length === 3);
    expect([left(), told().at(-1)]).toEqual([['leaves'], 'comes']);
    // From one end of the map to the other within a round, and out of any box.
    watched.api.live.put(there('stays', -100), aState('comes', { lat: undefined, lon: undefined }));
    await probe.until(() => left().length === 3);
    expect(left().sort()).toEqual(['comes', 'leaves', 'stays']);

    probe.say({ type: 'move', id: '2', bbox: [11, 49, 13, 51] });
    await probe.until(() => told().length === 5);
    expect(probe.of('moved')).toEqual([{ type: 'moved', id: '2' }]);
    expect(told().slice(3).sort()).toEqual(['far', 'leaves']);
    // What lay in the box before is known, and not sent again.
    probe.say({ type: 'move', id: '2', bbox: [12, 49, 14, 51] });
    await probe.until(() => probe.of('moved').length === 2 && probe.of('positions').at(-1).positions.length === 0);
    watched.api.live.put(there('far', 12.7), there('leaves', 11.06));
    await probe.until(() => told().length === 6);
    expect(told().at(-1)).toBe('far');
    probe.say({ type: 'move', id: 'none', bbox: [0, 0, 1, 1] });
    probe.say({ type: 'move', id: '2', bbox: [0, 0, 1, 100] });
    await probe.until(() => probe.of('error').length === 2);
    expect(probe.of('error').map(({ code }) => code)).toEqual(['not_subscribed', 'invalid']);
  });

  test('with a pace each vehicle comes once in it, the newest; what waits is not lost when one looks elsewhere', async () => {
    watched.api.live.put(aState('v-1', { lat: 50, lon: 10, speed: 1 }));
    const probe = await connect();
    const speeds = () =>
      probe.of('positions').flatMap(frame => frame.positions.map((one: { speed_kmh: number }) => one.speed_kmh));
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', every_s: 2 });
    await probe.until(() => speeds().length === 1);
    for (let speed = 2; speed <= 40; speed++) {
      watched.api.live.put(aState('v-1', { lat: 50, lon: 10, speed }));
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await probe.until(() => speeds().includes(40));
    // Two seconds of changes, and what came after them.
    expect(speeds().length).toBeLessThanOrEqual(4);
    probe.say({ type: 'move', id: '2', every_s: 60 });
    await probe.until(() => probe.of('moved').length === 1);
    watched.api.live.put(aState('v-1', { lat: 50, lon: 10, speed: 99 }));
    await new Promise(resolve => setTimeout(resolve, 600));
    probe.say({ type: 'move', id: '2', bbox: [9, 49, 11, 51], every_s: 0 });
    await probe.until(() => speeds().at(-1) === 99);
    watched.api.live.put(aState('v-1', { lat: 50, lon: 10, speed: 100 }));
    await probe.until(() => speeds().at(-1) === 100);
  });

  test('a caller of one group sees its own in the box, and is told of no other that leaves', async () => {
    await watched.api.ask('POST', '/v1/vehicles', { body: { id: 'ours', group: 'north' } });
    const token = await watched.api.tokenOf('viewer', ['north']);
    const there = (vehicle: string, lon: number) => aState(vehicle, { lat: 50, lon });
    watched.api.live.put(there('ours', 10.5), there('theirs', 10.5));
    const probe = await connect(token);
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { bbox: [10, 49, 11, 51] } });
    await probe.until(() => probe.of('positions').length === 1);
    watched.api.live.put(there('ours', 12), there('theirs', 12));
    await probe.until(() => probe.of('positions').length === 2);
    expect(
      probe.of('positions').map(({ positions, left }) => [positions.map((one: { vehicle: string }) => one.vehicle), left]),
    ).toEqual([
      [['ours'], undefined],
      [[], ['ours']],
    ]);
  });

  test('a large fleet comes in frames of at most 64 KiB', async () => {
    watched.api.live.put(...Array.from({ length: 3_000 }, (_, n) => aState(`v-${n}`)));
    const probe = await connect();
    const sizes: number[] = [];
    probe.socket.on('message', data => sizes.push(data.toString().length));
    probe.say({ type: 'subscribe', id: '2', channel: 'positions' });
    await probe.until(() => probe.of('positions').flatMap(frame => frame.positions).length === 3_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
  });
});
