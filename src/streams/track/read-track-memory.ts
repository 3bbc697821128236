import { NOT_TOLD } from '../../model/not-told.js';
import { type LoosePosition, takePosition } from './accept-fix.js';
import { type LooseEngine, takeEngine } from './engine-state.js';
import { type LooseTravel, takeTravel } from './measure-travel.js';
import { type LooseMount, type MountMemory, packMount } from './mount.js';
import { type LooseSampleWindow, packSampleWindow, type SampleWindow } from './sample-window.js';
import { newTrackMemory, type TrackMemory } from './track-memory.js';
import { type LooseMotion, takeMotion } from './track-motion.js';
import { readTrackNumbers } from './track-numbers.js';

/** As earlier versions kept it: numbers as fields of objects. */
type LooseTrack = Omit<TrackMemory, 'numbers'> &
  LooseMotion & {
    position: LoosePosition;
    engine: LooseEngine;
    travel: LooseTravel;
    woke: { location: TrackMemory['wokeLocation'] };
  };

/** What was read from JSON, also of an earlier version: as one that has begun here is kept, with all that it meant. */
export const readTrackMemory = (read: TrackMemory | LooseTrack): TrackMemory => {
  const memory = newTrackMemory();
  if ('numbers' in read) {
    memory.numbers = readTrackNumbers(read.numbers);
    memory.positionDevice = read.positionDevice;
    memory.wokeLocation = read.wokeLocation;
  } else takeLoose(memory, read);
  memory.location = read.location;
  memory.fuel = read.fuel;
  memory.signs = read.signs ?? null;
  memory.health = read.health ?? null;
  memory.namedDriver = read.namedDriver;
  memory.trip = read.trip;
  memory.days = read.days;
  memory.fences = read.fences;
  memory.chunk = read.chunk;
  memory.acceleration = read.acceleration;
  memory.dtcs = read.dtcs;
  const { acceleration, dtcs, chunk } = memory;
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

const takeLoose = (memory: TrackMemory, read: LooseTrack): void => {
  takePosition(memory.numbers, read.position);
  takeEngine(memory.numbers, read.engine);
  takeTravel(memory, read.travel);
  takeMotion(memory.numbers, read);
  memory.wokeLocation = read.woke.location;
};

const packed = (window: SampleWindow | LooseSampleWindow): SampleWindow =>
  Array.isArray(window) ? window : packSampleWindow(window);

const packedMount = (mount: MountMemory | LooseMount): MountMemory => (Array.isArray(mount) ? mount : packMount(mount));
