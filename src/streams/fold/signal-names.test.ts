// Proves: an owner's own names for signals hold from the moment they were told, for that device, live, in late data and after a crash; what was
// sent before them is read as it was.
import { expect, test } from '@jest/globals';
import { SimulatedFold } from '../../../tests/simulation/simulated-fold.js';
import type { Device } from '../../model/vehicle.js';

const START = Date.UTC(2026, 4, 4, 8);
const device = (signal_names: Device['signal_names']): Device => ({
  id: 'd-1',
  vehicle: 'd-1',
  format: 'wican',
  foreign_id: 'aabb',
  signal_names,
  secret_hash: '',
  old_secret_hash: null,
  old_valid_until: null,
});

/** A WiCAN's time is the arrival. */
const send = (fold: SimulatedFold, received: number, message: object): void => {
  const header = { kind: 'message' as const, received, format: 'wican', device: 'd-1', topic: 'wican/aabb/x', dup: false };
  fold.journal.add({ key: 'd-1', header, body: Buffer.from(JSON.stringify(message)) });
  fold.tick(received);
};

test('they hold from their place in the journal on', async () => {
  const fold = new SimulatedFold();
  await fold.start();
  send(fold, START, { Speed_CAN: 50 });
  fold.say({ type: 'device_put', device: device({ Speed_CAN: 'vehicle_speed' }) }, START + 500);
  send(fold, START + 1_000, { Speed_CAN: 51 });
  await fold.run(2);
  expect((await fold.liveState('d-1'))?.signals).toMatchObject({ vehicle_speed: { value: 51, at: START + 1_000 } });
  await fold.crash();
  send(fold, START + 2_000, { Speed_CAN: 52 });
  await fold.run(1);
  expect((await fold.liveState('d-1'))?.signals.vehicle_speed).toEqual({ value: 52, at: START + 2_000 });
  fold.say({ type: 'device_put', device: device({ Speed_CAN: 'engine_rpm' }) }, START + 2_500);
  send(fold, START + 3_000, { Speed_CAN: 900 });
  fold.say({ type: 'device_deleted', id: 'd-1' }, START + 3_500);
  send(fold, START + 4_000, { Speed_CAN: 901 });
  await fold.run();
  expect((await fold.liveState('d-1'))?.signals).toMatchObject({
    vehicle_speed: { value: 52 },
    engine_rpm: { value: 900, at: START + 3_000 },
  });
});
