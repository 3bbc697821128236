import { readNewestSignals } from '../../model/newest-signals.js';
import { type LoosePosition, takePosition } from './accept-fix.js';
import { readDays } from './driver-days.js';
import { readDtcs } from './dtc-tracker.js';
import { type SignsOfBefore, takeSigns } from './engine-signs.js';
import { type LooseEngine, takeEngine } from './engine-state.js';
import { readFences } from './fence-tracker.js';
import { readAcceleration } from './fit-acceleration.js';
import { takeFuelDays } from './fuel-days.js';
import { type LooseFuel, takeFuel } from './fuel-flow.js';
import { readHealth } from './health/read-health.js';
import { type LooseTravel, takeTravel } from './measure-travel.js';
import { readFuelDay } from './open-fuel-day.js';
import { readPacked } from './track-chunk.js';
import { newTrackMemory, type TrackMemory } from './track-memory.js';
import { type LooseMotion, takeMotion } from './track-motion.js';
import { readTrackNumbers } from './track-numbers.js';
import { readTrip } from './trip-tracker.js';

/** As earlier versions kept it: signs by themselves … */
type SignsApart = Omit<TrackMemory, 'signalNames' | 'signals'> & { signs?: SignsOfBefore | null };

/** … and numbers as fields of objects. */
type LooseTrack = Omit<SignsApart, 'numbers'> &
  LooseMotion & {
    position: LoosePosition;
    engine: LooseEngine;
    travel: LooseTravel;
    fuel: LooseFuel;
    woke: { location: TrackMemory['wokeLocation'] };
  };

/** What was read from JSON, also of an earlier version: as one that has begun here is kept, with all that it meant. */
export const readTrackMemory = (read: TrackMemory | SignsApart | LooseTrack): TrackMemory => {
  const memory = newTrackMemory();
  if ('numbers' in read) {
    memory.numbers = readTrackNumbers(read.numbers);
    memory.positionDevice = read.positionDevice;
    memory.wokeLocation = read.wokeLocation;
    if ('fuel' in read) takeLooseFuel(memory, read.fuel as LooseFuel);
    else memory.fuelDays = read.fuelDays.map(readFuelDay);
  } else takeLoose(memory, read);
  if ('signals' in read) {
    const { signalNames, signals } = readNewestSignals(read);
    memory.signalNames = signalNames;
    memory.signals = signals;
  } else if (read.signs) takeSigns(memory, read.signs);
  memory.health = read.health ? readHealth(read.health) : null;
  memory.namedDriver = read.namedDriver;
  memory.trip = read.trip === null ? null : readTrip(read.trip);
  memory.days = readDays(read.days);
  memory.fences = readFences(read.fences);
  memory.chunk = read.chunk;
  memory.acceleration = readAcceleration(read.acceleration);
  memory.dtcs = readDtcs(read.dtcs);
  const { chunk } = memory;
  if (chunk !== null) {
    chunk.closed ??= '';
    chunk.recent ??= '';
    chunk.closedCount ??= 0;
    readPacked(chunk);
  }
  return memory;
};

const takeLooseFuel = (memory: TrackMemory, fuel: LooseFuel): void => {
  takeFuel(memory.numbers, fuel);
  takeFuelDays(memory.numbers, fuel);
  memory.fuelDays = fuel.days?.map(readFuelDay) ?? memory.fuelDays;
};

const takeLoose = (memory: TrackMemory, read: LooseTrack): void => {
  takePosition(memory.numbers, read.position);
  takeEngine(memory.numbers, read.engine);
  takeTravel(memory, read.travel);
  takeMotion(memory.numbers, read);
  takeLooseFuel(memory, read.fuel);
  memory.wokeLocation = read.woke.location;
};
