// Proves: the mounting of real accelerometers is learnt from real drives: in the sensors' own axes, turned at will, and as the contract has it.
import { expect, test } from '@jest/globals';
import type { Acceleration, Reading } from '../../src/model/reading.js';
import { signalIn } from '../../src/model/signal-columns.js';
import { forwardOf, learnMount, type MountMemory, mountState, newMount } from '../../src/streams/track/mount.js';
import { type DriveEvent, readDrive, realDataFolder, recordedTrips } from '../harness/real-data.js';
import { readingsOf } from './fold-trips.js';

const folder = realDataFolder('mountings of real accelerometers');

type Axes = (force: Acceleration) => Acceleration;

const AS_TOLD: Axes = force => force;
/** Of the CANedge's sensor: own x up, own −y forward, own z right (recordings' README). */
const CANEDGE: Axes = ({ x, y, z }) => ({ x: z, y: -y, z: x });
/** Turned by a quarter to the left: what is forward lies on x. */
const QUARTER: Axes = ({ x, y, z }) => ({ x: y, y: -x, z });
/** On its side, and looking back. */
const ON_ITS_SIDE: Axes = ({ x, y, z }) => ({ x: -z, y: -y, z: -x });

const learnt = (readings: readonly Reading[], axes: Axes): MountMemory => {
  const mount = newMount();
  for (const { at, acc, fix, signals } of readings)
    if (acc !== undefined) learnMount(mount, at, axes(acc), signalIn(signals, 'vehicle_speed') ?? fix?.speed, fix?.heading);
  return mount;
};

const degreesOff = (mount: MountMemory, axes: Axes): number => {
  const { x, y, z } = forwardOf(mount) ?? { x: 0, y: 1, z: 0 };
  const truth = axes({ x: 0, y: 1, z: 0 });
  return (Math.acos(Math.min(1, x * truth.x + y * truth.y + z * truth.z)) * 180) / Math.PI;
};

const load = async (source: string): Promise<Reading[]> => {
  const readings: Reading[] = [];
  for (const trip of (await recordedTrips(folder!)).filter(one => one.source === source)) {
    const events: DriveEvent[] = [];
    for await (const event of readDrive(folder!, trip)) events.push(event);
    readings.push(...readingsOf(events));
  }
  return readings;
};

// Jest refuses an empty table.
(folder === undefined ? test.skip : test).each([
  ['css-canedge', 'as told', AS_TOLD, 'as_told'],
  ['css-canedge', 'its own axes', CANEDGE, 'turned'],
  ['css-canedge', 'on its side', ON_ITS_SIDE, 'turned'],
  ['nds-blackbox', 'as told', AS_TOLD, 'as_told'],
  ['nds-blackbox', 'a quarter to the left', QUARTER, 'turned'],
  ['nds-blackbox', 'on its side', ON_ITS_SIDE, 'turned'],
] as const)(
  '%s: %s',
  async (source, _name, axes, state) => {
    const mount = learnt(await load(source), axes);
    expect(mountState(mount)).toBe(state);
    expect(degreesOff(mount, axes)).toBeLessThan(15);
  },
  60_000,
);

test('the recordings are there, or it was said that they are not', () => {
  expect(folder === undefined || folder !== '').toBe(true);
});
