import { type Instant, minutes, seconds } from '../../model/units.js';
import { DevicePublisher } from '../../simulator/device-publisher.js';
import { driveEvents } from '../../simulator/drive-events.js';
import { DEFAULT_WEIGHTS } from '../../simulator/incidents.js';
import { runFleet } from '../../simulator/run-fleet.js';
import { traitsOf } from '../../simulator/vehicle-traits.js';
import { lifeBefore } from './demo-lives.js';
import type { DemoVehicle } from './register-fleet.js';

export interface DemoDrive {
  fleet: readonly DemoVehicle[];
  mqtt: string;
  seed: string;
  /** Where the history begins; it ends now. */
  from: Instant;
  /** Called once, when the history is on the server. */
  onLive(): Promise<void>;
  /** Called after each moment that was sent. */
  onProgress(state: { at: Instant; acknowledged: number; offered: number; driving: number }): void;
  signal: AbortSignal;
}

/** In history, an incident per vehicle in so much time. */
const HISTORY_GAP = minutes(25);
/** Live, one in store for the whole fleet (about half find their occasion): at first dense, so that something is seen at once. */
const FIRST_GAP = seconds(2.5);
const FIRST_MINUTE = minutes(0.75);
const LIVE_GAP = seconds(9);
const EVENTS_PER_MESSAGE = 50;
const CAPACITY = 4_000;
const FAST_DRAIN = 30_000;

/** Publishes the fleet's past, then its present, each device over its own connection. Ends with the signal. */
export const driveDemoFleet = async ({ fleet, mqtt: url, seed, from, onLive, onProgress, signal }: DemoDrive): Promise<void> => {
  const publishers = fleet.map(
    ({ device, secret }) =>
      new DevicePublisher({ url, device, secret, eventsPerMessage: EVENTS_PER_MESSAGE, capacity: CAPACITY }),
  );
  const driving = new Set<number>();
  const liveFrom = Date.now() + seconds(3);
  try {
    await Promise.all(publishers.map(publisher => publisher.ready()));
    const lives = fleet.map((_, no) => lifeBefore(seed, no, from, traitsOf(seed, no).tank_l));
    const liveThrough = async (publisher: DevicePublisher, no: number): Promise<void> => {
      for (const event of lives[no]!.events) {
        if (signal.aborted) return;
        publisher.offer(JSON.stringify(event));
        await publisher.room();
      }
    };
    await Promise.all(publishers.map(liveThrough));
    let live: Promise<void> | undefined;
    await runFleet({
      moments: driveEvents({
        seed,
        devices: fleet.map(({ device }) => device),
        from,
        conditionOf: no => lives[no]!.condition,
        incidents: [
          { from, gap: HISTORY_GAP, weights: DEFAULT_WEIGHTS },
          { from: liveFrom, gap: FIRST_GAP * fleet.length, weights: DEFAULT_WEIGHTS },
          { from: liveFrom + FIRST_MINUTE, gap: LIVE_GAP * fleet.length, weights: DEFAULT_WEIGHTS },
        ],
      }),
      due: at => at,
      signal,
      onLive: () => {
        live ??= Promise.all(publishers.map(publisher => publisher.drained())).then(onLive);
        // Judged where it is waited for; a demo that is stopped before does not wait any more.
        live.catch(() => undefined);
      },
      take: async ({ no, at, event }) => {
        // A failure behind the history is one of the demo.
        await live;
        if (event === undefined) return;
        const publisher = publishers[no]!;
        publisher.offer(JSON.stringify(event));
        if (event.ignition) driving.add(no);
        else driving.delete(no);
        onProgress({ at, driving: driving.size, ...totals(publishers) });
        if (live === undefined) await publisher.room();
      },
    });
  } finally {
    await Promise.all(publishers.map(publisher => publisher.close(signal.aborted ? 1_500 : FAST_DRAIN)));
  }
};

const totals = (publishers: readonly DevicePublisher[]): { acknowledged: number; offered: number } => {
  let acknowledged = 0;
  let offered = 0;
  for (const { counters } of publishers) {
    acknowledged += counters.acknowledged;
    offered += counters.offered;
  }
  return { acknowledged, offered };
};
