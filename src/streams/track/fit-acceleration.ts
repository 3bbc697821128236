import type { DeviceId } from '../../model/ids.js';
import type { FittedAcceleration, Force, Moment } from '../../model/moment.js';
import { NOT_TOLD } from '../../model/not-told.js';
import { numbersAtStart } from '../../model/number-list.js';
import type { Acceleration, Fix, Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import type { Degrees, Instant, Kmh, Millis, Seconds } from '../../model/units.js';
import { turned } from './geometry.js';
import { blowOf, forceInto, isProven, knowsLean, leanInto, learnMount } from './mount.js';
import {
  ACC,
  addToFirst,
  addToSecond,
  firstWindow,
  GPS,
  type LooseStream,
  mountOf,
  nextStream,
  OBD,
  readLooseStream,
  secondWindow,
  silentLongest,
  sourceOf,
  withoutStream,
  withStream,
} from './sample-streams.js';
import {
  dropSamples,
  fitMean,
  fitSlope,
  greatestOf,
  isHeldBack,
  meanOf,
  newestSample,
  type Quantity,
  samplesIn,
  sampleTime,
  sampleValue,
} from './sample-window.js';

type Source = FittedAcceleration['source'];

/** What is kept of one vehicle: some streams of a few samples each, and which of them is believed. Plain data, survives JSON. */
export interface AccelerationMemory {
  /** Of each stream, whose it is: two devices have two clocks and two errors, and are never mixed. */
  devices: readonly DeviceId[];
  /** Whose stream is believed along the way, and across it: of the best that has told something lately. */
  alongDevice: DeviceId | '';
  acrossDevice: DeviceId | '';
  /** Of each of both, at the places below, first those along the way, then those across it; and from `STREAMS` on the streams (sample-streams.ts). */
  numbers: number[];
}

/** Rank of the stream that is believed, `NONE` before the first; when it told something last; and the centre of the window told last, `NOT_TOLD` before it. */
const LEAD_RANK = 0;
const LEAD_AT = 1;
const TOLD_UP_TO = 2;
const ALONG = 0;
const ACROSS = 3;
const STREAMS = 6;

/** What one reading added to the time in which forces can be measured. One object, used again at each. */
export interface Measured {
  along: Seconds;
  across: Seconds;
}

/** Whole km/h once a second: three samples over two seconds bring the error of quantisation to 0.14 m/s², half a unit is that of a step. Nothing on wheels does 45 km/h a second. */
const WHEELS: Quantity = {
  window: 1_600,
  fastest: 45,
  step: 2,
  error: 0.3,
  stepError: 0.5,
  heldJump: 4,
  sharpened: true,
};
/** Told in hundredths, and smoothed by the receiver: a step errs to either side, so that nothing is to be taken off it. */
const DOPPLER: Quantity = { ...WHEELS, stepError: 0 };
/** A second, as the recorders of insurers do it. A crash is another rule's business, hence the wide limit. */
const FORCE: Quantity = { window: 1_100, fastest: 400, step: 20, error: 0.2, stepError: 0, heldJump: Infinity, sharpened: true };
/**
 * Degrees. A car on its tightest circle (5 m) at 20 km/h turns by 64° a second. Receivers among houses throw their heading to and fro by more
 * than that, and catch up with a turn too fast (data/nds-br): only what two seconds say counts.
 */
const HEADING: Quantity = { window: 1_600, fastest: 75, step: 5, error: 0.3, stepError: 0, heldJump: 12, sharpened: false };
/** Below it the heading of a receiver wanders, and no force of weight is possible. */
const HEADED: Kmh = 8;

/** Longer without a word from the better source: the next best speaks. */
const LEAD_HOLDS: Millis = 5_000;
/** Windows further apart leave time between them that was not measured. */
const MEASURED_APART: Millis = 3_000;
/** Devices × sources of one vehicle; the one silent longest makes room. */
const MAX_STREAMS = 6;
/** An accelerometer told less often than this is sampled too thinly: a pot-hole looks like braking (data/nds-blackbox). */
const DENSE: Millis = 260;
const WHEEL_SPEED = placeOfSignal('vehicle_speed');
const KMH_PER_MPS = 3.6;

/** The smaller, the better: sources, and an accelerometer that is thin, or whose axes no speed has proven, which is better than nothing only. */
const LAST_ACC = 3;
const NONE = 4;
const SOURCES: readonly Source[] = ['acc', 'obd', 'gps', 'acc'];

/** Shared: a list that gets another one is made anew. */
const NO_DEVICES: readonly DeviceId[] = [];
const atStart = numbersAtStart(STREAMS, [
  [ALONG + LEAD_RANK, NONE],
  [ALONG + TOLD_UP_TO, NOT_TOLD],
  [ACROSS + LEAD_RANK, NONE],
  [ACROSS + TOLD_UP_TO, NOT_TOLD],
]);

export const newAccelerationMemory = (): AccelerationMemory => ({
  devices: NO_DEVICES,
  alongDevice: '',
  acrossDevice: '',
  numbers: atStart.slice(),
});

/** As they were kept before: one object a stream, the leads as objects; and then as a list. */
export interface LooseAcceleration {
  streams: LooseStream[];
  lead: Lead | null;
  toldUpTo: Instant | null;
  leadAcross?: Lead | null;
  acrossUpTo?: Instant | null;
}
export interface ListedAcceleration extends Pick<AccelerationMemory, 'alongDevice' | 'acrossDevice'> {
  streams: LooseStream[];
  leads: number[];
}
interface Lead {
  device: DeviceId;
  rank: number;
  at: Instant;
}

/** What was read from JSON, also of an earlier version. */
export const readAcceleration = (read: AccelerationMemory | ListedAcceleration | LooseAcceleration): AccelerationMemory => {
  const memory = newAccelerationMemory();
  if ('numbers' in read) {
    memory.devices = read.devices;
    memory.numbers = memory.numbers.concat(read.numbers.slice(STREAMS));
    takeLeads(memory, read, read.numbers);
    return memory;
  }
  memory.devices = read.streams.map(({ device }) => device);
  memory.numbers = memory.numbers.concat(read.streams.flatMap(readLooseStream));
  if ('leads' in read) takeLeads(memory, read, read.leads);
  else {
    takeLead(memory.numbers, ALONG, read.lead, read.toldUpTo);
    takeLead(memory.numbers, ACROSS, read.leadAcross, read.acrossUpTo);
    memory.alongDevice = read.lead?.device ?? '';
    memory.acrossDevice = read.leadAcross?.device ?? '';
  }
  return memory;
};

const takeLeads = (
  memory: AccelerationMemory,
  { alongDevice, acrossDevice }: Pick<AccelerationMemory, 'alongDevice' | 'acrossDevice'>,
  leads: readonly number[],
): void => {
  memory.alongDevice = alongDevice;
  memory.acrossDevice = acrossDevice;
  for (let place = 0; place < STREAMS; place++) memory.numbers[place] = leads[place]!;
};

const takeLead = (numbers: number[], of: number, lead: Lead | null | undefined, toldUpTo: Instant | null | undefined): void => {
  numbers[of + LEAD_RANK] = lead?.rank ?? NONE;
  numbers[of + LEAD_AT] = lead?.at ?? 0;
  numbers[of + TOLD_UP_TO] = toldUpTo ?? NOT_TOLD;
};

/** The best window that the reading completed, along and across; used again at each. */
interface Best {
  rank: number;
  at: Instant;
  value: number;
  speed: Kmh | undefined;
}
const along: Best = { rank: NONE, at: 0, value: 0, speed: undefined };
const across: Best = { rank: NONE, at: 0, value: 0, speed: undefined };
const measured: Measured = { along: 0, across: 0 };
/** What a reading's lists get; one object each, used again. */
const toldAlong: FittedAcceleration = { value: 0, at: 0, source: 'obd', speed: undefined };
const toldAcross: FittedAcceleration = { value: 0, at: 0, source: 'gps', speed: undefined };
const force: Force = { forward: 0, right: 0 };
const lean: Force = { forward: 0, right: 0 };

/**
 * Fits the acceleration along and across the way over windows of event time, and adds those that this reading completed: none or one of each.
 * From the accelerometer where it is dense and its axes are proven, else the speed of the OBD, else speed and heading of the GPS; nothing where
 * the data is too sparse, or was held back by the device and then jumped.
 * @param reading the next of the vehicle in event order
 * @param fix its position where accepted
 * @param accelerations, cornerings get each window once, in order of its centre: objects that are used again at the next call
 * @returns what it adds to the time measured; used again at the next call
 */
export const fitAcceleration = (
  memory: AccelerationMemory,
  reading: Reading,
  fix: Fix | undefined,
  accelerations: FittedAcceleration[],
  cornerings: FittedAcceleration[],
): Measured => {
  const { at, device, acc } = reading;
  const wheels = toldBy(reading.signals).known[WHEEL_SPEED]!;
  const obdSpeed = Number.isNaN(wheels) ? undefined : wheels;
  const gpsSpeed = fix?.speed;
  along.rank = NONE;
  across.rank = NONE;
  measured.along = 0;
  measured.across = 0;
  // Each source takes its sample; only the best that is measurable is fitted.
  if (obdSpeed !== undefined) fitSpeed(memory, streamOf(memory, device, OBD), at, obdSpeed, OBD);
  if (gpsSpeed !== undefined) {
    const stream = streamOf(memory, device, GPS);
    fitSpeed(memory, stream, at, gpsSpeed, GPS);
    if (fix?.heading !== undefined) fitHeading(memory, stream, at, fix.heading, gpsSpeed);
  }
  if (acc !== undefined) fitForce(memory, streamOf(memory, device, ACC), at, acc, obdSpeed ?? gpsSpeed, fix?.heading);
  if (along.rank !== NONE) {
    const upTo = memory.numbers[ALONG + TOLD_UP_TO]!;
    if (leads(memory, ALONG, along.rank, device, at) && along.at > upTo) {
      measured.along = secondsBetween(upTo, along.at);
      memory.numbers[ALONG + TOLD_UP_TO] = along.at;
      accelerations.push(asTold(along, toldAlong));
    }
  }
  if (across.rank !== NONE) {
    const upTo = memory.numbers[ACROSS + TOLD_UP_TO]!;
    if (leads(memory, ACROSS, across.rank, device, at) && across.at > upTo) {
      measured.across = secondsBetween(upTo, across.at);
      memory.numbers[ACROSS + TOLD_UP_TO] = across.at;
      cornerings.push(asTold(across, toldAcross));
    }
  }
  return measured;
};

const asTold = ({ rank, at, value, speed }: Best, told: FittedAcceleration): FittedAcceleration => {
  told.value = value;
  told.at = at;
  told.source = SOURCES[rank]!;
  told.speed = speed;
  return told;
};

/** Between two windows of one run; a silence was not measured. */
const secondsBetween = (before: Instant, at: Instant): Seconds => (at - before > MEASURED_APART ? 0 : (at - before) / 1_000);

const fitSpeed = ({ numbers }: AccelerationMemory, stream: number, at: Instant, speed: Kmh, rank: number): void => {
  const quantity = rank === OBD ? WHEELS : DOPPLER;
  if (!addToFirst(numbers, stream, at, speed, quantity) || along.rank !== NONE) return;
  const speeds = firstWindow(stream);
  const fit = fitSlope(numbers, speeds, quantity);
  if (fit === undefined) return;
  along.rank = rank;
  along.at = fit.at;
  along.value = fit.value / KMH_PER_MPS;
  // Who brakes from 18 km/h to a stop was no slower than that: the centre of the window says 9.
  along.speed = greatestOf(numbers, speeds);
};

/** Speed × change of heading. A receiver's speed and heading come of the same velocity, so that its error is one of force, whatever the speed. */
const fitHeading = ({ numbers }: AccelerationMemory, stream: number, at: Instant, heading: Degrees, speed: Kmh): void => {
  const speeds = firstWindow(stream);
  const headings = secondWindow(numbers, stream);
  // Who stands has no heading; it begins anew.
  if (speed < HEADED || !(heading >= 0 && heading <= 360)) {
    dropSamples(numbers, headings);
    return;
  }
  let unwound = heading;
  const count = samplesIn(numbers, headings);
  if (count > 0) {
    const newest = sampleValue(numbers, headings, count - 1);
    // Counted on, so that north is no jump.
    unwound = newest + turned((((heading - newest) % 360) + 360) % 360);
  }
  if (!addToSecond(numbers, stream, at, unwound, HEADING) || isHeldBack(numbers, speeds, at)) return;
  // At the centre: who leaves a turn is faster than in it.
  const meanSpeed = meanOf(numbers, speeds);
  const fit = fitSlope(numbers, headings, HEADING, (meanSpeed / KMH_PER_MPS) * (Math.PI / 180));
  if (fit === undefined) return;
  across.rank = GPS;
  across.at = fit.at;
  across.value = fit.value;
  across.speed = meanSpeed;
};

const fitForce = (
  { numbers }: AccelerationMemory,
  stream: number,
  at: Instant,
  acc: Acceleration,
  speed: Kmh | undefined,
  heading: Degrees | undefined,
): void => {
  const mount = mountOf(numbers, stream);
  learnMount(numbers, at, acc, speed, heading, mount);
  if (!forceInto(numbers, acc, force, mount) || !knowsLean(numbers, mount)) return;
  // What is there all the time is no acceleration.
  leanInto(numbers, lean, mount);
  const proven = isProven(numbers, mount);
  // From here on the mount may stand elsewhere.
  if (!addToFirst(numbers, stream, at, force.forward - lean.forward, FORCE)) return;
  addToSecond(numbers, stream, at, force.right - lean.right, FORCE);
  const forward = firstWindow(stream);
  const span = newestSample(numbers, forward) - sampleTime(numbers, forward, 0);
  const dense = span <= DENSE * (samplesIn(numbers, forward) - 1);
  const rank = dense && proven ? ACC : LAST_ACC;
  fitMeanInto(along, numbers, forward, rank, speed);
  fitMeanInto(across, numbers, secondWindow(numbers, stream), rank, speed ?? along.speed);
};

/** Takes the window as the best, unless a better source has spoken. */
const fitMeanInto = (best: Best, numbers: number[], window: number, rank: number, speed: Kmh | undefined): void => {
  if (rank >= best.rank) return;
  const fit = fitMean(numbers, window, FORCE);
  if (fit === undefined) return;
  if (best.rank === NONE || speed !== undefined) best.speed = speed;
  best.rank = rank;
  best.at = fit.at;
  best.value = fit.value;
};

/**
 * Says what this reading's accelerometer felt, after it was fitted; undefined where its axes, its gravity are not known. The force is one object,
 * used again at the next reading.
 */
export const senseForce = (
  memory: AccelerationMemory,
  { device, acc }: Reading,
  moment: Pick<Moment, 'force' | 'blow'>,
): void => {
  moment.force = undefined;
  moment.blow = undefined;
  if (acc === undefined) return;
  const stream = findStream(memory, device, ACC);
  if (stream < 0) return;
  const { numbers } = memory;
  const mount = mountOf(numbers, stream);
  if (forceInto(numbers, acc, force, mount)) moment.force = force;
  if (knowsLean(numbers, mount)) moment.blow = blowOf(numbers, acc, mount);
};

/** Where it begins; −1 where there is none yet. */
const findStream = ({ devices, numbers }: AccelerationMemory, device: DeviceId, source: number): number => {
  let stream = STREAMS;
  for (let i = 0; i < devices.length; i++) {
    if (sourceOf(numbers, stream) === source && devices[i] === device) return stream;
    stream = nextStream(numbers, stream);
  }
  return -1;
};

const streamOf = (memory: AccelerationMemory, device: DeviceId, source: typeof ACC | typeof OBD | typeof GPS): number => {
  const found = findStream(memory, device, source);
  if (found >= 0) return found;
  if (memory.devices.length >= MAX_STREAMS) dropOldest(memory);
  const stream = memory.numbers.length;
  // Exactly as long as they are: a list that grows has room for many at once.
  memory.devices = memory.devices.concat([device]);
  memory.numbers = withStream(memory.numbers, source);
  return stream;
};

const dropOldest = (memory: AccelerationMemory): void => {
  const oldest = silentLongest(memory.numbers, STREAMS);
  let place = 0;
  for (let stream = STREAMS; stream < oldest; stream = nextStream(memory.numbers, stream)) place++;
  memory.devices = memory.devices.filter((_, i) => i !== place);
  memory.numbers = withoutStream(memory.numbers, oldest);
};

/** Whether the best of this reading is to be believed: nobody better has spoken lately. Two sources in turn would tell one event as two. */
const leads = (memory: AccelerationMemory, of: number, rank: number, device: DeviceId, at: Instant): boolean => {
  const { numbers } = memory;
  const leader = of === ALONG ? memory.alongDevice : memory.acrossDevice;
  const lead = numbers[of + LEAD_RANK]!;
  const same = lead === rank && leader === device;
  if (!same && lead <= rank && at - numbers[of + LEAD_AT]! <= LEAD_HOLDS) return false;
  if (leader !== device) {
    if (of === ALONG) memory.alongDevice = device;
    else memory.acrossDevice = device;
  }
  numbers[of + LEAD_RANK] = rank;
  numbers[of + LEAD_AT] = at;
  return true;
};
