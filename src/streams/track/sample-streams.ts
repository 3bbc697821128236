import type { DeviceId } from '../../model/ids.js';
import type { FittedAcceleration } from '../../model/moment.js';
import type { Instant } from '../../model/units.js';
import { type LooseMount, type MountMemory, newMount, readMount } from './mount.js';
import {
  addSample,
  type LooseSampleWindow,
  newestSample,
  newSampleWindow,
  type Quantity,
  readSampleWindow,
} from './sample-window.js';

/**
 * The streams of samples of a vehicle, one after the other in one list of numbers, from a place on that is the caller's to know. A stream as a list of each
 * window, with an object around them, was half of the objects of a vehicle. `stream` is where one begins.
 */
export type StreamNumbers = number[];

/** What a stream is made of. */
export const ACC = 0;
export const OBD = 1;
export const GPS = 2;
type StreamSource = typeof ACC | typeof OBD | typeof GPS;
const SOURCES: readonly FittedAcceleration['source'][] = ['acc', 'obd', 'gps'];

/** Counted from where it begins: how far it is to its second window, to its mount, and to the next stream. */
const SOURCE = 0;
const TO_SECOND = 1;
const TO_MOUNT = 2;
const TO_NEXT = 3;
const HEAD = 4;

export const sourceOf = (numbers: StreamNumbers, stream: number): number => numbers[stream + SOURCE]!;
export const nextStream = (numbers: StreamNumbers, stream: number): number => stream + numbers[stream + TO_NEXT]!;
/** Speed; of an accelerometer the force forward. */
export const firstWindow = (stream: number): number => stream + HEAD;
/** Heading, counted on beyond 360; of an accelerometer the force to the right. A speed of wheels has none. */
export const secondWindow = (numbers: StreamNumbers, stream: number): number => stream + numbers[stream + TO_SECOND]!;
/** Accelerometer only: how it is mounted. */
export const mountOf = (numbers: StreamNumbers, stream: number): number => stream + numbers[stream + TO_MOUNT]!;

const streamNumbers = (source: number, first: number[], second: number[], mount: MountMemory): number[] => {
  const toSecond = HEAD + first.length;
  const toMount = toSecond + second.length;
  return [source, toSecond, toMount, toMount + mount.length, ...first, ...second, ...mount];
};

const AT_START: readonly number[][] = [
  streamNumbers(ACC, newSampleWindow(), newSampleWindow(), newMount()),
  streamNumbers(OBD, newSampleWindow(), [], []),
  streamNumbers(GPS, newSampleWindow(), newSampleWindow(), []),
];

/** A list with another stream behind its last one. */
export const withStream = (numbers: StreamNumbers, source: StreamSource): StreamNumbers => numbers.concat(AT_START[source]!);

export const withoutStream = (numbers: StreamNumbers, stream: number): StreamNumbers =>
  numbers.slice(0, stream).concat(numbers.slice(nextStream(numbers, stream)));

/** @param first where the first stream begins   @returns where that one begins whose newest sample is the oldest */
export const silentLongest = (numbers: StreamNumbers, first: number): number => {
  let oldest = first;
  for (let stream = first; stream < numbers.length; stream = nextStream(numbers, stream))
    if (newestSample(numbers, firstWindow(stream)) < newestSample(numbers, firstWindow(oldest))) oldest = stream;
  return oldest;
};

/** Adds a sample to the first window. @returns false where it was not taken */
export const addToFirst = (numbers: StreamNumbers, stream: number, at: Instant, value: number, quantity: Quantity): boolean => {
  const { length } = numbers;
  const taken = addSample(numbers, firstWindow(stream), numbers[stream + TO_SECOND]! - HEAD, at, value, quantity);
  const more = numbers.length - length;
  if (more > 0) for (let to = TO_SECOND; to <= TO_NEXT; to++) numbers[stream + to]! += more;
  return taken;
};

/** The same to the second one. */
export const addToSecond = (numbers: StreamNumbers, stream: number, at: Instant, value: number, quantity: Quantity): boolean => {
  const { length } = numbers;
  const room = numbers[stream + TO_MOUNT]! - numbers[stream + TO_SECOND]!;
  const taken = addSample(numbers, secondWindow(numbers, stream), room, at, value, quantity);
  const more = numbers.length - length;
  if (more > 0) for (let to = TO_MOUNT; to <= TO_NEXT; to++) numbers[stream + to]! += more;
  return taken;
};

/** A stream as earlier versions kept it. */
export interface LooseStream {
  device: DeviceId;
  source: FittedAcceleration['source'];
  window: number[] | LooseSampleWindow;
  across?: number[] | LooseSampleWindow | null;
  mount?: MountMemory | LooseMount | null;
}

export const readLooseStream = ({ source, window, across, mount }: LooseStream): number[] =>
  streamNumbers(
    SOURCES.indexOf(source),
    readSampleWindow(window),
    source === 'obd' ? [] : across ? readSampleWindow(across) : newSampleWindow(),
    source !== 'acc' ? [] : mount ? readMount(mount) : newMount(),
  );
