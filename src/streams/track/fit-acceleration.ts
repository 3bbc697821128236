import type { DeviceId } from '../../model/ids.js';
import type { FittedAcceleration, Force, Moment } from '../../model/moment.js';
import { NOT_TOLD } from '../../model/not-told.js';
import type { Acceleration, Fix, Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import type { Degrees, Instant, Kmh, Millis, Seconds } from '../../model/units.js';
import { turned } from './geometry.js';
import { blowOf, forceInto, isProven, knowsLean, leanInto, learnMount, type MountMemory, newMount, readMount } from './mount.js';
import {
  addSample,
  dropSamples,
  fitMean,
  fitSlope,
  greatestOf,
  isHeldBack,
  meanOf,
  newestSample,
  newSampleWindow,
  type Quantity,
  readSampleWindow,
  type SampleWindow,
  samplesIn,
  sampleTime,
  sampleValue,
} from './sample-window.js';

type Source = FittedAcceleration['source'];

/** Samples of one quantity from one device: two devices have two clocks and two errors, and are never mixed. */
interface SampleStream {
  device: DeviceId;
  source: Source;
  /** Speed; of an accelerometer the force forward. */
  window: SampleWindow;
  /** Heading, counted on beyond 360; of an accelerometer the force to the right. */
  across: SampleWindow | null;
  /** Accelerometer only: how it is mounted. */
  mount: MountMemory | null;
}

/** What is kept of one vehicle: some streams of a few samples each, and which of them is believed. Plain data, survives JSON. */
export interface AccelerationMemory {
  streams: readonly SampleStream[];
  /** Whose stream is believed along the way, and across it: of the best that has told something lately. */
  alongDevice: DeviceId | '';
  acrossDevice: DeviceId | '';
  /** Of each of both, at the places below: those along the way first, then those across it. */
  leads: number[];
}

/** Rank of the stream that is believed, `NONE` before the first; when it told something last; and the centre of the window told last, `NOT_TOLD` before it. */
const LEAD_RANK = 0;
const LEAD_AT = 1;
const TOLD_UP_TO = 2;
const ALONG = 0;
const ACROSS = 3;

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

/** The smaller, the better. An accelerometer that is thin, or whose axes no speed has proven, is better than nothing only. */
const ACC = 0;
const OBD = 1;
const GPS = 2;
const LAST_ACC = 3;
const NONE = 4;
const SOURCES: readonly Source[] = ['acc', 'obd', 'gps', 'acc'];

/** Shared: a list that gets another one is made anew. */
const NO_STREAMS: readonly SampleStream[] = [];

export const newAccelerationMemory = (): AccelerationMemory => ({
  streams: NO_STREAMS,
  alongDevice: '',
  acrossDevice: '',
  leads: [NONE, 0, NOT_TOLD, NONE, 0, NOT_TOLD],
});

/** As they were kept before. */
export interface LooseAcceleration {
  streams: SampleStream[];
  lead: Lead | null;
  toldUpTo: Instant | null;
  leadAcross?: Lead | null;
  acrossUpTo?: Instant | null;
}
interface Lead {
  device: DeviceId;
  rank: number;
  at: Instant;
}

/** What was read from JSON, also of an earlier version. */
export const readAcceleration = (read: AccelerationMemory | LooseAcceleration): AccelerationMemory => {
  const memory = newAccelerationMemory();
  memory.streams = read.streams.map(({ device, source, window, across, mount }) => ({
    device,
    source,
    window: readSampleWindow(window),
    across: across ? readSampleWindow(across) : null,
    mount: mount ? readMount(mount) : null,
  }));
  if ('leads' in read) {
    memory.alongDevice = read.alongDevice;
    memory.acrossDevice = read.acrossDevice;
    read.leads.forEach((value, place) => {
      memory.leads[place] = value;
    });
  } else {
    takeLead(memory.leads, ALONG, read.lead, read.toldUpTo);
    takeLead(memory.leads, ACROSS, read.leadAcross, read.acrossUpTo);
    memory.alongDevice = read.lead?.device ?? '';
    memory.acrossDevice = read.leadAcross?.device ?? '';
  }
  return memory;
};

const takeLead = (leads: number[], of: number, lead: Lead | null | undefined, toldUpTo: Instant | null | undefined): void => {
  leads[of + LEAD_RANK] = lead?.rank ?? NONE;
  leads[of + LEAD_AT] = lead?.at ?? 0;
  leads[of + TOLD_UP_TO] = toldUpTo ?? NOT_TOLD;
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
const force: Force = { forward: 0, right: 0 };
const lean: Force = { forward: 0, right: 0 };

/**
 * Fits the acceleration along and across the way over windows of event time, and adds those that this reading completed: none or one of each.
 * From the accelerometer where it is dense and its axes are proven, else the speed of the OBD, else speed and heading of the GPS; nothing where
 * the data is too sparse, or was held back by the device and then jumped.
 * @param reading the next of the vehicle in event order
 * @param fix its position where accepted
 * @param accelerations, cornerings get each window once, in order of its centre
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
  if (obdSpeed !== undefined) fitSpeed(streamOf(memory, device, 'obd'), at, obdSpeed, OBD);
  if (gpsSpeed !== undefined) {
    const stream = streamOf(memory, device, 'gps');
    fitSpeed(stream, at, gpsSpeed, GPS);
    if (fix?.heading !== undefined) fitHeading(stream, at, fix.heading, gpsSpeed);
  }
  if (acc !== undefined) fitForce(streamOf(memory, device, 'acc'), at, acc, obdSpeed ?? gpsSpeed, fix?.heading);
  if (along.rank !== NONE) {
    const upTo = memory.leads[ALONG + TOLD_UP_TO]!;
    if (leads(memory, ALONG, along.rank, device, at) && along.at > upTo) {
      measured.along = secondsBetween(upTo, along.at);
      memory.leads[ALONG + TOLD_UP_TO] = along.at;
      accelerations.push({ value: along.value, at: along.at, source: SOURCES[along.rank]!, speed: along.speed });
    }
  }
  if (across.rank !== NONE) {
    const upTo = memory.leads[ACROSS + TOLD_UP_TO]!;
    if (leads(memory, ACROSS, across.rank, device, at) && across.at > upTo) {
      measured.across = secondsBetween(upTo, across.at);
      memory.leads[ACROSS + TOLD_UP_TO] = across.at;
      cornerings.push({ value: across.value, at: across.at, source: SOURCES[across.rank]!, speed: across.speed });
    }
  }
  return measured;
};

/** Between two windows of one run; a silence was not measured. */
const secondsBetween = (before: Instant, at: Instant): Seconds => (at - before > MEASURED_APART ? 0 : (at - before) / 1_000);

const fitSpeed = (stream: SampleStream, at: Instant, speed: Kmh, rank: number): void => {
  const quantity = rank === OBD ? WHEELS : DOPPLER;
  if (!addSample(stream.window, at, speed, quantity) || along.rank !== NONE) return;
  const fit = fitSlope(stream.window, quantity);
  if (fit === undefined) return;
  along.rank = rank;
  along.at = fit.at;
  along.value = fit.value / KMH_PER_MPS;
  // Who brakes from 18 km/h to a stop was no slower than that: the centre of the window says 9.
  along.speed = greatestOf(stream.window);
};

/** Speed × change of heading. A receiver's speed and heading come of the same velocity, so that its error is one of force, whatever the speed. */
const fitHeading = (stream: SampleStream, at: Instant, heading: Degrees, speed: Kmh): void => {
  stream.across ??= newSampleWindow();
  const headings = stream.across;
  // Who stands has no heading; it begins anew.
  if (speed < HEADED || !(heading >= 0 && heading <= 360)) {
    dropSamples(headings);
    return;
  }
  let unwound = heading;
  if (samplesIn(headings) > 0) {
    const newest = sampleValue(headings, samplesIn(headings) - 1);
    // Counted on, so that north is no jump.
    unwound = newest + turned((((heading - newest) % 360) + 360) % 360);
  }
  if (!addSample(headings, at, unwound, HEADING) || isHeldBack(stream.window, at)) return;
  // At the centre: who leaves a turn is faster than in it.
  const meanSpeed = meanOf(stream.window);
  const fit = fitSlope(headings, HEADING, (meanSpeed / KMH_PER_MPS) * (Math.PI / 180));
  if (fit === undefined) return;
  across.rank = GPS;
  across.at = fit.at;
  across.value = fit.value;
  across.speed = meanSpeed;
};

const fitForce = (
  stream: SampleStream,
  at: Instant,
  acc: Acceleration,
  speed: Kmh | undefined,
  heading: Degrees | undefined,
): void => {
  stream.mount ??= newMount();
  stream.across ??= newSampleWindow();
  learnMount(stream.mount, at, acc, speed, heading);
  const { mount } = stream;
  if (!forceInto(mount, acc, force) || !knowsLean(mount)) return;
  // What is there all the time is no acceleration.
  leanInto(mount, lean);
  if (!addSample(stream.window, at, force.forward - lean.forward, FORCE)) return;
  addSample(stream.across, at, force.right - lean.right, FORCE);
  const span = newestSample(stream.window) - sampleTime(stream.window, 0);
  const dense = span <= DENSE * (samplesIn(stream.window) - 1);
  const rank = dense && isProven(mount) ? ACC : LAST_ACC;
  fitMeanInto(along, stream.window, rank, speed);
  fitMeanInto(across, stream.across, rank, speed ?? along.speed);
};

/** Takes the window as the best, unless a better source has spoken. */
const fitMeanInto = (best: Best, window: SampleWindow, rank: number, speed: Kmh | undefined): void => {
  if (rank >= best.rank) return;
  const fit = fitMean(window, FORCE);
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
  { streams }: AccelerationMemory,
  { device, acc }: Reading,
  moment: Pick<Moment, 'force' | 'blow'>,
): void => {
  moment.force = undefined;
  moment.blow = undefined;
  if (acc === undefined) return;
  for (const { source, device: its, mount } of streams) {
    if (source !== 'acc' || its !== device || mount === null) continue;
    if (forceInto(mount, acc, force)) moment.force = force;
    if (knowsLean(mount)) moment.blow = blowOf(mount, acc);
    return;
  }
};

const streamOf = (memory: AccelerationMemory, device: DeviceId, source: Source): SampleStream => {
  const { streams } = memory;
  for (const stream of streams) if (stream.source === source && stream.device === device) return stream;
  const made: SampleStream = { device, source, window: newSampleWindow(), across: null, mount: null };
  // Exactly as long as it is: a list that grows has room for seventeen at once.
  const kept = streams.length < MAX_STREAMS ? streams : streams.filter(stream => stream !== streams[oldestOf(streams)]);
  memory.streams = kept.concat([made]);
  return made;
};

const oldestOf = (streams: readonly SampleStream[]): number => {
  let oldest = 0;
  for (let i = 1; i < streams.length; i++)
    if (newestSample(streams[i]!.window) < newestSample(streams[oldest]!.window)) oldest = i;
  return oldest;
};

/** Whether the best of this reading is to be believed: nobody better has spoken lately. Two sources in turn would tell one event as two. */
const leads = (memory: AccelerationMemory, of: number, rank: number, device: DeviceId, at: Instant): boolean => {
  const { leads } = memory;
  const leader = of === ALONG ? memory.alongDevice : memory.acrossDevice;
  const lead = leads[of + LEAD_RANK]!;
  const same = lead === rank && leader === device;
  if (!same && lead <= rank && at - leads[of + LEAD_AT]! <= LEAD_HOLDS) return false;
  if (leader !== device) {
    if (of === ALONG) memory.alongDevice = device;
    else memory.acrossDevice = device;
  }
  leads[of + LEAD_RANK] = rank;
  leads[of + LEAD_AT] = at;
  return true;
};
