import { createWriteStream } from 'node:fs';
import type { DeviceId } from '../../model/ids.js';
import { BrokerUnreachableError, DevicePublisher } from '../../simulator/device-publisher.js';
import { type DrivenMoment, driveEvents } from '../../simulator/drive-events.js';
import { DEFAULT_WEIGHTS } from '../../simulator/incidents.js';
import { runFleet } from '../../simulator/run-fleet.js';
import { ProgressLine } from '../progress-line.js';
import { stopSignal } from '../stop-signal.js';

export interface SimulateFleetOptions {
  url: string;
  devices: ReadonlyMap<DeviceId, string | undefined>;
  seed: string;
  /** Events per second of a driving vehicle, at most 1. */
  rate: number;
  speed: number;
  minutes: number | undefined;
  incidentEvery_s: number;
  truthFile: string | undefined;
}

/** An hour of one driving vehicle waits while the broker is away; then the oldest are given up, and counted. */
const CAPACITY = 3_600;
const EVENTS_PER_MESSAGE = 20;

/** Drives the fleet in real time (or faster) and publishes what its devices say. @returns the exit code */
export const simulateFleet = async (options: SimulateFleetOptions): Promise<number> => {
  const { url, devices, seed, rate, speed, minutes, incidentEvery_s, truthFile } = options;
  const controller = stopSignal();
  const progress = new ProgressLine();
  const truth = truthFile === undefined ? undefined : createWriteStream(truthFile);
  const publishers = [...devices].map(
    ([device, secret]) => new DevicePublisher({ url, device, secret, capacity: CAPACITY, eventsPerMessage: EVENTS_PER_MESSAGE }),
  );
  await firstAnswer(publishers, progress);
  const now = Date.now();
  const duration = minutes === undefined ? Number.POSITIVE_INFINITY : minutes * 60_000;
  // Faster than time, the drive begins in the past, so that it ends now and never gets ahead of the clock.
  const from = speed > 1 ? Math.floor(now - duration + duration / speed) : now;
  const every = Math.round(1 / rate);
  await runFleet({
    moments: driveEvents({
      seed,
      devices: [...devices.keys()],
      from,
      until: from + duration,
      incidents: [{ from, gap: incidentEvery_s * 1_000, weights: DEFAULT_WEIGHTS }],
    }),
    due: at => now + (at - from) / speed,
    signal: controller.signal,
    take: moment => {
      for (const happened of moment.truth) truth?.write(`${JSON.stringify(happened)}\n`);
      if (moment.event !== undefined && isReported(moment, every)) publishers[moment.no]!.offer(JSON.stringify(moment.event));
      progress.show(() => `${new Date(moment.at).toISOString().slice(0, 19)}  ${summary(publishers)}`);
      // Much faster than time the source can wait; at the pace of time it must not.
      return speed > 10 ? publishers[moment.no]!.room() : undefined;
    },
  });
  progress.say('stopping: waiting for acknowledgements');
  const missing = (await Promise.all(publishers.map(publisher => publisher.close()))).reduce((sum, n) => sum + n, 0);
  truth?.end();
  progress.say(`${summary(publishers)}, ${missing} not acknowledged`);
  return missing > 0 ? 1 : 0;
};

/** A wrong secret ends the command; a broker that is not there yet is waited for. */
const firstAnswer = async (publishers: readonly DevicePublisher[], progress: ProgressLine): Promise<void> => {
  try {
    await publishers[0]!.ready();
  } catch (error) {
    if (error instanceof BrokerUnreachableError) return progress.say(`${error.message}; trying on`);
    await Promise.all(publishers.map(publisher => publisher.close(0)));
    throw error;
  }
};

/** Slower devices leave seconds out, but no change of the ignition and no report while parked. */
const isReported = ({ event, truth }: DrivenMoment, every: number): boolean =>
  event!.ignition !== true || truth.length > 0 || event!.seq % every === 0;

const summary = (publishers: readonly DevicePublisher[]): string => {
  const total = { offered: 0, acknowledged: 0, dropped: 0, reconnects: 0, complaints: 0 };
  for (const { counters } of publishers)
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counters[key];
  const complaint = publishers.find(publisher => publisher.lastComplaint !== undefined)?.lastComplaint;
  return (
    `${publishers.length} vehicles  ${total.acknowledged} of ${total.offered} events acknowledged` +
    (total.dropped > 0 ? `, ${total.dropped} dropped` : '') +
    (total.reconnects > 0 ? `, ${total.reconnects} reconnects` : '') +
    (complaint === undefined ? '' : `, ${total.complaints} complaints: ${complaint}`)
  );
};
