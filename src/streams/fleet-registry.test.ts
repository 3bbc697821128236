// Proves: the registry is the fold of the facts: what was appended is there after any crash, in force when a change answers, and listed in
// order of id; a device heard first is registered before its first record.
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../tests/harness/temp-dir.js';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../tests/simulation/memory-state-store.js';
import { journalDefaults, LevelJournal } from '../adapters/leveldb/leveldb-journal.js';
import type { Geofence } from '../model/geofence.js';
import { EVERY, type NewRecord, type Offset, type RecordKey } from '../model/record.js';
import type { RuleSettings } from '../model/rule-settings.js';
import { type Assignment, type Device, newVehicle } from '../model/vehicle.js';
import type { StateWrite } from '../ports/state-store.js';
import { FleetRegistry, recordOfFact } from './fleet-registry.js';

const device = (id: string, changed: Partial<Device> = {}): Device => ({
  id,
  vehicle: id,
  format: 'telltale-v1',
  foreign_id: null,
  secret_hash: 'ab',
  old_secret_hash: null,
  old_valid_until: null,
  ...changed,
});
const assignment = (id: string, vehicle: string, driver: string): Assignment => ({ id, vehicle, driver, from: 0, to: null });

class FickleStore extends MemoryStateStore {
  failing = false;
  override async write(writes: readonly StateWrite[]): Promise<void> {
    if (this.failing) throw new Error('killed');
    await super.write(writes);
  }
}

const scene = async () => {
  const directory = join(await tempDir('registry'), 'journal');
  const journal = await LevelJournal.open({ directory, partitions: 4, ...journalDefaults });
  const state = new FickleStore();
  const waited: [RecordKey, Offset][] = [];
  const told: string[] = [];
  const open = async (): Promise<FleetRegistry> => {
    const inForce = async (key: RecordKey, offset: Offset) => void waited.push([key, offset]);
    const tells = {
      deviceGone: (id: string) => void told.push(`${id} gone`),
      deviceUnlisted: (id: string) => void told.push(`${id} unlisted`),
    };
    const registry = new FleetRegistry({ journal, state, clock: new ManualClock(), inForce, ...tells });
    await registry.start();
    return registry;
  };
  return { journal, state, waited, told, open };
};

test('facts for one vehicle and for all are there after a restart, from state alone', async () => {
  const { journal, open, waited } = await scene();
  const registry = await open();
  expect(registry.isEmpty).toBe(true);
  await registry.changeAll([
    { type: 'vehicle_put', vehicle: { ...newVehicle('v-1'), name: 'Van' } },
    { type: 'device_put', device: device('d-1', { vehicle: 'v-1', foreign_id: '356', format: 'teltonika' }) },
    { type: 'assignment_put', assignment: assignment('a-1', 'v-1', 'kim') },
    { type: 'geofence_put', geofence: { type: 'Feature', id: 'f-1' } as Geofence },
    { type: 'rule_put', rule: { id: 'r-1' } as RuleSettings },
    { type: 'settings_put', settings: { ...registry.settings(), zone: 'Europe/Berlin' } },
  ]);
  expect(waited.map(([key]) => key)).toEqual(['v-1', EVERY, 'v-1', EVERY, EVERY, EVERY]);
  const again = await open();
  expect(again.vehicle('v-1')?.name).toBe('Van');
  expect(again.deviceByForeignId('teltonika', '356')?.id).toBe('d-1');
  expect(again.assignments('v-1')).toHaveLength(1);
  expect(again.geofence('f-1')).toBeDefined();
  expect(again.rule('r-1')).toBeDefined();
  expect(again.settings().zone).toBe('Europe/Berlin');
  expect(again.isEmpty).toBe(false);
  await journal.close();
});

test('killed between append and state: the journal has it', async () => {
  const { journal, state, open } = await scene();
  const registry = await open();
  await registry.change({ type: 'vehicle_put', vehicle: newVehicle('v-1') });
  state.failing = true;
  await expect(registry.change({ type: 'vehicle_put', vehicle: newVehicle('v-2') })).rejects.toThrow('killed');
  await expect(registry.change({ type: 'device_put', device: device('d-2') })).rejects.toThrow('killed');
  await expect(registry.change({ type: 'vehicle_deleted', id: 'v-1' })).rejects.toThrow('killed');
  state.failing = false;
  const again = await open();
  expect(again.vehicles().map(({ id }) => id)).toEqual(['v-2']);
  expect(again.device('d-2')).toBeDefined();
  // What is caught up is stored: the next start does not need the journal for it.
  await again.change({ type: 'rule_put', rule: { id: 'r-1' } as RuleSettings });
  expect((await open()).vehicles().map(({ id }) => id)).toEqual(['v-2']);
  await journal.close();
});

test('a fact that the state store did not take goes with the next one', async () => {
  const { journal, state, open } = await scene();
  const registry = await open();
  state.failing = true;
  await expect(registry.change({ type: 'vehicle_put', vehicle: newVehicle('v-1') })).rejects.toThrow('killed');
  state.failing = false;
  await registry.change({ type: 'vehicle_put', vehicle: newVehicle('v-2') });
  expect((await open()).vehicles().map(({ id }) => id)).toEqual(['v-1', 'v-2']);
  await journal.close();
});

test('lists are in order of id by code unit, and follow each change', async () => {
  const { journal, open } = await scene();
  const registry = await open();
  for (const id of ['b', 'Z', 'a-2', 'a', 'B', 'a.1', '_', '9'])
    await registry.change({ type: 'vehicle_put', vehicle: newVehicle(id) });
  expect(registry.vehicles().map(({ id }) => id)).toEqual(['9', 'B', 'Z', '_', 'a', 'a-2', 'a.1', 'b']);
  await registry.change({ type: 'vehicle_deleted', id: '_' });
  await registry.change({ type: 'vehicle_put', vehicle: { ...newVehicle('a'), name: 'new' } });
  expect(registry.vehicles().map(({ name }) => name)).toEqual(['9', 'B', 'Z', 'new', 'a-2', 'a.1', 'b']);
  await journal.close();
});

test('an assignment that goes to another vehicle leaves the first', async () => {
  const { journal, open } = await scene();
  const registry = await open();
  await registry.change({ type: 'assignment_put', assignment: assignment('a-1', 'v-1', 'kim') });
  expect([registry.assignments('v-1').length, registry.assignments('v-2').length]).toEqual([1, 0]);
  await registry.change({ type: 'assignment_put', assignment: assignment('a-1', 'v-2', 'kim') });
  expect([registry.assignments('v-1').length, registry.assignments('v-2').length]).toEqual([0, 1]);
  await registry.change({ type: 'assignment_deleted', id: 'a-1', vehicle: 'v-2' });
  expect(registry.assignments('v-2')).toEqual([]);
  await journal.close();
});

test('a device heard first is known at once, and its facts stand before its first record', async () => {
  const { journal, open } = await scene();
  const registry = await open();
  const registered = registry.registerOnSight('d-9', 'telltale-v1');
  expect(registry.device('d-9')).toMatchObject({ vehicle: 'd-9', secret_hash: '' });
  const message: NewRecord = { ...recordOfFact({ type: 'tick', at: 0 }, 1), key: 'd-9' };
  const [offset] = await journal.append([message]);
  await registered;
  const kinds: string[] = [];
  for await (const batch of journal.ofVehicle(EVERY, 0, offset! - 1)) kinds.push(...batch.map(({ header }) => header.format));
  expect(kinds).toEqual(['vehicle_put', 'device_put']);
  await journal.close();
});

test('a registration that the journal did not take is forgotten, so that the next message tries again', async () => {
  const { journal, open } = await scene();
  const registry = await open();
  await journal.close();
  await expect(registry.registerOnSight('d-9', 'telltale-v1')).rejects.toThrow('closed');
  expect(registry.device('d-9')).toBeUndefined();
  expect(registry.vehicles()).toEqual([]);
  await expect(registry.change({ type: 'vehicle_put', vehicle: newVehicle('v-1') })).rejects.toThrow('closed');
  expect(registry.vehicle('v-1')).toBeUndefined();
});

test('who listens to devices is told which are gone, and which are not to be known by their foreign id any more', async () => {
  const { open, told } = await scene();
  const registry = await open();
  const put = (changed: Partial<Device>) =>
    registry.change({ type: 'device_put', device: device('d-1', { format: 'teltonika', ...changed }) });
  await put({ foreign_id: null });
  await put({ foreign_id: '1' });
  await put({ foreign_id: '1', vehicle: 'v-2', secret_hash: 'cd' });
  expect(told).toEqual([]);
  await put({ foreign_id: '2' });
  await put({ foreign_id: '2', format: 'queclink' });
  await put({ foreign_id: null });
  expect(told).toEqual(['d-1 unlisted', 'd-1 unlisted', 'd-1 unlisted']);
  await put({ foreign_id: '3' });
  await registry.change({ type: 'device_deleted', id: 'd-1' });
  await registry.change({ type: 'device_deleted', id: 'd-1' });
  expect(told.slice(3)).toEqual(['d-1 gone', 'd-1 unlisted', 'd-1 gone']);
});
