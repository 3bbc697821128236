import type { DeviceId } from '../../model/ids.js';
import type { FittedAcceleration } from '../../model/moment.js';
import type { Acceleration, Fix, Reading } from '../../model/reading.js';
import type { Instant, Kmh, Millis } from '../../model/units.js';
import { addSample, fitMean, fitSlope, newSampleWindow, type Quantity, type SampleWindow } from './sample-window.js';

type Source = FittedAcceleration['source'];

/** Samples of one quantity from one device: two devices have two clocks and two errors, and are never mixed. */
interface SampleStream {
  device: DeviceId;
  source: Source;
  window: SampleWindow;
  /** Accelerometer only: its long-run mean, and by how much y is above what the speed says. */
  rest: Acceleration | null;
  bias: number;
}

/** What is kept of one vehicle: some streams of a few samples each. */
export interface AccelerationMemory {
  streams: SampleStream[];
  /** The stream that is believed: the best one that has told something lately. */
  lead: { device: DeviceId; rank: number; at: Instant } | null;
  /** Centre of the window told last; later ones only. */
  toldUpTo: Instant | null;
}

/** Whole km/h once a second: three samples over two seconds bring the error of quantisation to 0.14 m/s². Nothing on wheels does 45 km/h a second. */
const SPEED: Quantity = { window: 1_600, fastest: 45, step: 2, error: 0.3, heldJump: 4 };
/** A second, as the recorders of insurers do it. A crash is another rule's business, hence the wide limit. */
const FORCE: Quantity = { window: 1_100, fastest: 400, step: 20, error: 0.2, heldJump: Infinity };

/** Longer without a word from the better source: the next best speaks. */
const LEAD_HOLDS: Millis = 5_000;
/** Devices × sources of one vehicle; the one silent longest makes room. */
const MAX_STREAMS = 6;
/** An accelerometer told less often than this is sampled too thinly: a pot-hole looks like braking (data/nds-blackbox). */
const DENSE: Millis = 260;
const GRAVITY = 9.81;
/** More than this off in the long run, m/s²: mounted another way round than told. */
const LEANING = 2.5;
const REST_SAMPLES = 128;
const BIAS_SAMPLES = 64;
const KMH_PER_MPS = 3.6;

/** The smaller, the better. A thin accelerometer is better than nothing only. */
const ACC = 0;
const OBD = 1;
const GPS = 2;
const THIN_ACC = 3;
const NONE = 4;
const SOURCES: readonly Source[] = ['acc', 'obd', 'gps', 'acc'];

export const newAccelerationMemory = (): AccelerationMemory => ({ streams: [], lead: null, toldUpTo: null });

/** The best window that the reading completed; used again at each. */
const best = { rank: NONE, at: 0, value: 0, speed: undefined as Kmh | undefined };

/**
 * Fits the longitudinal acceleration over windows of event time and adds those that this reading completed: none or one. From the
 * accelerometer where it is dense and its axes are plausible, else the speed of the OBD, else that of the GPS; nothing where the data is
 * too sparse, or was held back by the device and then jumped.
 * @param reading the next of the vehicle in event order
 * @param fix its position where accepted
 * @param out gets each window once, in order of its centre
 */
export const fitAcceleration = (
  memory: AccelerationMemory,
  reading: Reading,
  fix: Fix | undefined,
  out: FittedAcceleration[],
): void => {
  const { at, device, acc } = reading;
  const obdSpeed = reading.signals.vehicle_speed;
  const gpsSpeed = fix?.speed;
  best.rank = NONE;
  // Each source takes its sample; only the best that is measurable is fitted.
  if (obdSpeed !== undefined) fitSpeed(streamOf(memory, device, 'obd'), at, obdSpeed, OBD);
  if (gpsSpeed !== undefined) fitSpeed(streamOf(memory, device, 'gps'), at, gpsSpeed, GPS);
  if (acc !== undefined) fitForce(streamOf(memory, device, 'acc'), at, acc, obdSpeed ?? gpsSpeed);
  if (best.rank === NONE || !leads(memory, device, at)) return;
  if (memory.toldUpTo !== null && best.at <= memory.toldUpTo) return;
  memory.toldUpTo = best.at;
  out.push({ value: best.value, at: best.at, source: SOURCES[best.rank]!, speed: best.speed });
};

const fitSpeed = (stream: SampleStream, at: Instant, speed: Kmh, rank: number): void => {
  if (!addSample(stream.window, at, speed, SPEED) || best.rank !== NONE) return;
  const fit = fitSlope(stream.window, SPEED);
  if (fit === undefined) return;
  best.rank = rank;
  best.at = fit.at;
  best.value = fit.slope / KMH_PER_MPS;
  best.speed = fit.value;
};

const fitForce = (stream: SampleStream, at: Instant, acc: Acceleration, speed: Kmh | undefined): void => {
  if (!isUpright(stream, acc) || !addSample(stream.window, at, acc.y, FORCE)) return;
  const bySpeed = best.rank !== NONE;
  const { ts } = stream.window;
  const dense = ts[ts.length - 1]! - ts[0]! <= DENSE * (ts.length - 1);
  if (bySpeed && !dense) return;
  const fit = fitMean(stream.window, FORCE);
  if (fit === undefined) return;
  // A slope of the road, a mount that leans: what the speed does not show for a long time is no acceleration.
  if (bySpeed) stream.bias += (fit.value - best.value - stream.bias) / BIAS_SAMPLES;
  best.rank = dense ? ACC : THIN_ACC;
  best.at = fit.at;
  best.value = fit.value - stream.bias;
  if (!bySpeed) best.speed = speed;
};

/** Gravity is on z, and little of it on the others, in the long run: the axes are what they should be. */
const isUpright = (stream: SampleStream, { x, y, z }: Acceleration): boolean => {
  stream.rest ??= { x, y, z };
  const { rest } = stream;
  rest.x += (x - rest.x) / REST_SAMPLES;
  rest.y += (y - rest.y) / REST_SAMPLES;
  rest.z += (z - rest.z) / REST_SAMPLES;
  return Math.abs(rest.z - GRAVITY) < LEANING && Math.abs(rest.x) < LEANING && Math.abs(rest.y) < LEANING;
};

const streamOf = (memory: AccelerationMemory, device: DeviceId, source: Source): SampleStream => {
  const { streams } = memory;
  for (const stream of streams) if (stream.source === source && stream.device === device) return stream;
  if (streams.length === MAX_STREAMS) streams.splice(oldestOf(streams), 1);
  const made: SampleStream = { device, source, window: newSampleWindow(), rest: null, bias: 0 };
  streams.push(made);
  return made;
};

const newestOf = ({ window: { ts } }: SampleStream): Instant => ts[ts.length - 1] ?? 0;

const oldestOf = (streams: readonly SampleStream[]): number => {
  let oldest = 0;
  for (let i = 1; i < streams.length; i++) if (newestOf(streams[i]!) < newestOf(streams[oldest]!)) oldest = i;
  return oldest;
};

/** Whether the best of this reading is to be believed: nobody better has spoken lately. Two sources in turn would tell one event as two. */
const leads = (memory: AccelerationMemory, device: DeviceId, at: Instant): boolean => {
  const { lead } = memory;
  if (lead === null) {
    memory.lead = { device, rank: best.rank, at };
    return true;
  }
  const same = lead.device === device && lead.rank === best.rank;
  if (!same && lead.rank <= best.rank && at - lead.at <= LEAD_HOLDS) return false;
  lead.device = device;
  lead.rank = best.rank;
  lead.at = at;
  return true;
};
