// Proves: what happens to alerts is published once in order over starts, from the first start on, and waits where the broker takes nothing.
import { expect, test } from '@jest/globals';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../../tests/simulation/memory-state-store.js';
import { anAlert, createFakeAlertStream } from '../../api/testing/fake-streams.js';
import { Counters } from '../../model/counters.js';
import { AlertPublisher } from './alert-publisher.js';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
};

const world = () => {
  const parts = {
    alerts: createFakeAlertStream(),
    state: new MemoryStateStore(),
    clock: new ManualClock(),
    counters: new Counters(),
  };
  const broker = { up: true, heard: [] as string[] };
  const boot = async (): Promise<AlertPublisher> => {
    const publisher = new AlertPublisher({
      ...parts,
      groupOf: () => 'north',
      publish: async (topic, payload) => {
        if (broker.up)
          broker.heard.push(`${topic} ${(JSON.parse(Buffer.from(payload).toString()) as { alert: { id: string } }).alert.id}`);
        return broker.up;
      },
    });
    await publisher.start(error => {
      throw error;
    });
    await settle();
    return publisher;
  };
  return { ...parts, broker, boot };
};

test('an alert from between the first start and the second is published, one from before the first is not', async () => {
  const { alerts, broker, boot } = world();
  alerts.put(anAlert('before', 'n1'));
  await (await boot()).stop();
  alerts.put(anAlert('between', 'n1'));
  const publisher = await boot();
  alerts.put(anAlert('after', 'n1'));
  await settle();
  await publisher.stop();
  await (await boot()).stop();
  expect(broker.heard.map(text => text.split(' ')[1])).toEqual(['between', 'after']);
});

test('a broker that takes nothing is waited for, and hears all in order', async () => {
  const { alerts, broker, boot, clock, counters } = world();
  const publisher = await boot();
  broker.up = false;
  for (const id of ['a', 'b', 'c']) alerts.put(anAlert(id, 'n1'));
  await settle();
  expect(broker.heard).toEqual([]);
  broker.up = true;
  clock.advance(1_000);
  await settle();
  await publisher.stop();
  expect(broker.heard.map(text => text.split(' ')[1])).toEqual(['a', 'b', 'c']);
  expect(counters.get('mqtt_alerts_waited_total')).toBeGreaterThan(0);
});
