// Proves, for every format that there is: a device speaks where its own format does and below its own id, never for a device that has a
// secret of its own, and nobody but the server speaks to the fleet or hears it.
import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import type { Device } from '../model/vehicle.js';
import { protocols } from '../protocols/index.js';
import { deviceGate } from './device-gate.js';

const idOf = (format: string): string => `dev-${format}`;
const devices = new Map<string, Device>(
  protocols.map(({ name }) => [
    idOf(name),
    {
      ...{ id: idOf(name), vehicle: idOf(name), format: name, foreign_id: 'foreign', secret_hash: '0'.repeat(64) },
      ...{ old_secret_hash: null, old_valid_until: null },
    },
  ]),
);
const gates = [false, true].map(open => ({ open, gate: deviceGate({ device: id => devices.get(id) }, new ManualClock(), open) }));

/** Topics that a filter covers. */
const topicsOf = (filter: string): string[] => [filter.replaceAll('+', 'foreign').replace('#', 'x/y')];

describe.each(gates)('trial mode $open', ({ gate }) => {
  test.each(protocols.map(({ name }) => name))('a device of the format %s', name => {
    const id = idOf(name);
    expect(gate.mayPublish(id, `telltale/v1/${id}/events`)).toBe(true);
    expect(gate.mayPublish(id, `telltale/v1/${id}/errors`)).toBe(false);
    for (const other of devices.keys()) {
      if (other === id) continue;
      for (const channel of ['events', 'obd', 'status', 'errors']) {
        expect([other, channel, gate.mayPublish(id, `telltale/v1/${other}/${channel}`)]).toEqual([other, channel, false]);
        expect([other, channel, gate.maySubscribe(id, `telltale/v1/${other}/${channel}`)]).toEqual([other, channel, false]);
      }
    }
    for (const topic of ['alerts', 'notifications'].map(channel => `telltale/v1/fleet/north/${channel}`)) {
      expect([topic, gate.mayPublish(id, topic), gate.maySubscribe(id, topic)]).toEqual([topic, false, false]);
    }
    for (const filter of [
      '#',
      '+/#',
      'telltale/#',
      'telltale/v1/#',
      'telltale/v1/+/events',
      'telltale/v1/fleet/#',
      '$SYS/#',
      '$share/g/#',
    ]) {
      expect([filter, gate.maySubscribe(id, filter)]).toEqual([filter, false]);
    }
  });

  test('who did not say who it is hears nothing of the fleet either', () => {
    for (const filter of ['#', '+/#', '+/+/+/+/+', 'telltale/v1/#', 'telltale/v1/fleet/north/alerts', '$share/g/#']) {
      expect([filter, gate.maySubscribe('', filter)]).toEqual([filter, false]);
      expect([filter, gate.maySubscribe('new-device', filter)]).toEqual([filter, false]);
    }
  });

  test('topics of a format are for devices of that format', () => {
    const wrong: unknown[] = [];
    for (const { name, topics } of protocols.filter(protocol => protocol.name !== 'telltale-v1')) {
      for (const topic of topics.flatMap(topicsOf)) {
        const may = protocols.filter(speaker => gate.mayPublish(idOf(speaker.name), topic)).map(speaker => speaker.name);
        // Where two formats share a topic both may; a plain device may not, and the format itself must.
        if (!may.includes(name) || may.includes('telltale-v1')) wrong.push([name, topic, may]);
        if (may.length > 3) wrong.push(['shared by too many', topic, may]);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('who listens says nothing, and is no device', () => {
    for (const id of ['viewer:token:t1:abc', 'user:mo', 'token:x']) {
      for (const topic of ['telltale/v1/fleet/north/alerts', `telltale/v1/${id}/events`, 'owntracks/x/y'])
        expect(gate.mayPublish(id, topic)).toBe(false);
    }
  });
});
