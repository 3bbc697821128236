import { NOT_TOLD } from '../../model/not-told.js';
import { type LooseMount, type MountMemory, packMount } from '../track/mount.js';
import { type LooseSampleWindow, packSampleWindow, type SampleWindow } from '../track/sample-window.js';
import type { FoldMemory } from './fold-memory.js';
import type { VehicleState } from './vehicle.js';

/** Of a checkpoint. */
export const readMemory = (text: string): FoldMemory => broughtUpToDate(JSON.parse(text) as FoldMemory);

/** Of a snapshot. @param state changed in place */
export const stateBroughtUpToDate = (state: VehicleState): VehicleState => {
  broughtUpToDate(state.fold);
  const { live } = state;
  live.lat ??= NOT_TOLD;
  live.lon ??= NOT_TOLD;
  live.speed ??= NOT_TOLD;
  live.heading ??= NOT_TOLD;
  return state;
};

/** What earlier versions kept in another way is kept as now; all that it means stays as it was. Types say what is now, not what may come. */
const broughtUpToDate = (memory: FoldMemory): FoldMemory => {
  const { last, track } = memory;
  last.lat ??= NOT_TOLD;
  last.lon ??= NOT_TOLD;
  const { acceleration, dtcs, chunk } = track;
  if (chunk !== null) {
    chunk.closed ??= '';
    chunk.closedCount ??= 0;
  }
  acceleration.toldUpTo ??= NOT_TOLD;
  acceleration.acrossUpTo ??= NOT_TOLD;
  for (const stream of acceleration.streams) {
    stream.window = packed(stream.window);
    if (stream.across !== undefined) stream.across = packed(stream.across);
    if (stream.mount !== undefined) stream.mount = packedMount(stream.mount);
  }
  if (dtcs.latest !== undefined) dtcs.latest = dtcs.latest.map(value => value ?? NOT_TOLD);
  return memory;
};

const packed = (window: SampleWindow | LooseSampleWindow): SampleWindow =>
  Array.isArray(window) ? window : packSampleWindow(window);

const packedMount = (mount: MountMemory | LooseMount): MountMemory => (Array.isArray(mount) ? mount : packMount(mount));
