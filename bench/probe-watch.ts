import { LatencyHistogram } from '../src/simulator/load/latency-histogram.js';
import type { LoadProbe } from '../src/simulator/load/load-fleet.js';
import type { Telltale } from '../tests/harness/start-telltale.js';
import { connectWebsocket } from '../tests/harness/ws-client.js';
import { StallWatch } from './stall-watch.js';

/** Brakings are known by some moment of theirs at most this long before their proof. */
const BRAKING_MS = 4_000;
/** Later than this is not what is aimed at. */
export const LATE_MS = 100;

/**
 * Within so long, ms, paced vehicles begin their drives: about as long as a vehicle takes for the 300 events of a piece of its track. Pieces of all would else be
 * full in the same moment, again and again.
 * @param rate events per second of all of them
 */
export const beginsWithin = (vehicles: number, rate: number): number => (300 * vehicles * 1_000) / rate;

/** A viewer on the websocket that waits for the alert of each harsh braking that a load sends, and takes the time from when its proof was due. */
export class ProbeWatch {
  readonly latencies = new LatencyHistogram();
  sent = 0;
  seen = 0;
  /** Above `LATE_MS`. */
  late = 0;
  /** Of those, which would not have been but for the time in which this process itself stood still: the load, or this watch. */
  lateHere = 0;
  readonly #stalls = new StallWatch();
  readonly #waiting = new Map<string, LoadProbe[]>();
  #counting = false;

  private constructor(private readonly viewer: Awaited<ReturnType<typeof connectWebsocket>>) {}

  static async open(server: Telltale): Promise<ProbeWatch> {
    const viewer = await connectWebsocket(server.http, server.adminToken);
    await viewer.subscribe('alerts', { filter: { kinds: ['harsh_braking'] } });
    const watch = new ProbeWatch(viewer);
    viewer.onFrame(frame => {
      if (frame.type !== 'alert' || frame.change !== 'raised') return;
      const { vehicle, occurred_at: occurred } = frame.alert as { vehicle: string; occurred_at: string };
      watch.#onBraking(vehicle, Date.parse(occurred));
    });
    return watch;
  }

  /** What is sent from now on counts: a fleet that registers itself is another case. */
  count(): void {
    this.#counting = true;
    this.#stalls.forget();
  }

  readonly onProbe = (probe: LoadProbe): void => {
    if (!this.#counting) return;
    this.sent++;
    this.#waiting.set(probe.device, [...(this.#waiting.get(probe.device) ?? []), probe]);
  };

  #onBraking(vehicle: string, at: number): void {
    const probe = this.#waiting.get(vehicle)?.find(probe => at <= probe.at && at >= probe.at - BRAKING_MS);
    if (probe === undefined) return;
    this.seen++;
    const now = performance.timeOrigin + performance.now();
    const latency = now - probe.sentAt;
    this.latencies.record(latency);
    if (latency <= LATE_MS) return;
    this.late++;
    this.#stalls.look();
    if (latency - this.#stalls.within(probe.sentAt, now) <= LATE_MS) this.lateHere++;
  }

  /** The longest that this process stood still since it counts, ms. */
  get longestStall(): number {
    return this.#stalls.longest;
  }

  async close(): Promise<void> {
    this.#stalls.stop();
    await this.viewer.close();
  }
}
