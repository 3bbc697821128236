import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceId } from '../../model/ids.js';
import { hours, type Instant, type Millis } from '../../model/units.js';
import { LatencyHistogram } from './latency-histogram.js';
import { LoadConnection, type LoadDevice, type LoadListener } from './load-connection.js';
import { FIRST_SEQ, LAP, lap, PROOF } from './load-script.js';
import { MessageTemplate } from './message-template.js';
import { PublishHead } from './publish-head.js';

export interface LoadOptions {
  /** `mqtt://host:port` */
  url: string;
  /** One connection each. */
  devices: readonly LoadDevice[];
  /** Vehicles that each connection speaks for in turn, as a gateway does: the device's id with `-0`, `-1`, … Default 1: itself. */
  vehiclesPerConnection?: number;
  /** Events in a message: a divisor of 80. Default 10. */
  eventsPerMessage?: number;
  /** Messages on their way per connection. Default 1, as fleets do it. */
  window?: number;
  /** Events per second of the whole fleet; without: as fast as acknowledgements allow. */
  rate?: number;
  /** Paced, connections begin to send one after the other within this time, as drivers do; else what a vehicle does every so many events all do at once. Default 0. */
  startsWithin?: Millis;
  /** Harsh brakings per second of the whole fleet. Default 0. */
  alertsPerSecond?: number;
  /** Event time between two events of a device. Default 1 s, whatever the real rate: the content stays that of a drive at 1 Hz. */
  step?: Millis;
  /** Event time of the first events. Default: 12 hours ago, so that a fast run does not get ahead of the clock. */
  from?: Instant;
  /** Addresses of the loop-back net to connect from; one has some 28,000 ports (Linux). Default 1. */
  sources?: number;
  /** Told of each harsh braking when the message that proves it is sent. */
  onProbe?: (probe: LoadProbe) => void;
  /** Told of each acknowledgement's latency besides the fleet's own histogram. */
  onLatency?: (latency: Millis) => void;
}

/** A harsh braking on its way: an alert of `harsh_braking` should follow for this device, within 4 s before `at`. */
export interface LoadProbe {
  device: DeviceId;
  /** Event time of the last braking event. */
  at: Instant;
  /** By the wall clock: when its message was due (paced) or was sent (flat out). */
  sentAt: Instant;
}

export interface LoadStats {
  connections: number;
  sentMessages: number;
  ackedMessages: number;
  ackedEvents: number;
  /** Since the start, or the last `resetStats`. */
  elapsed_s: number;
  events_per_s: number;
  /** From when a message was due (paced) or sent (flat out) to its acknowledgement. */
  ack_p50_ms: number;
  ack_p99_ms: number;
  ack_max_ms: number;
  /** Messages that were due and could not be sent yet: above 0 for long means that the server does not keep up. */
  behind: number;
  probes: number;
  lostConnections: number;
}

/** How many connections are opened at the same time. */
const OPENING = 100;
/** Event time between two brakings of one device, in laps: beyond any cool-down. */
const LAPS_BETWEEN_PROBES = 5;
/** Different places that the devices drive at. */
const PLACES = 16;

/** A vehicle and how far it is. */
interface Driven {
  id: DeviceId;
  no: number;
  head: PublishHead;
  /** Messages sent so far; tells the place on the lap, times and numbers. */
  sent: number;
  braking: boolean;
  lapsSinceProbe: number;
}

/** A connection and the vehicles it speaks for, one message of each in turn. */
interface Lane {
  no: number;
  connection: LoadConnection;
  vehicles: readonly Driven[];
  /** Messages sent so far, of all its vehicles. */
  sent: number;
  /** Turns that it lets go by before its first message. */
  waits: number;
}

/**
 * Publishes prepared events over many connections with QoS 1. Paced, it is an open loop: message n of the fleet is due at a fixed
 * time and its latency counts from then, even when it had to wait for the window (no coordinated omission).
 */
export class LoadFleet {
  readonly #options: Required<Omit<LoadOptions, 'rate' | 'onProbe' | 'onLatency'>> & LoadOptions;
  readonly #laps: { normal: MessageTemplate[]; braking: MessageTemplate[] }[];
  readonly #messagesPerLap: number;
  readonly #lanes: Lane[] = [];
  readonly #latencies = new LatencyHistogram();
  #running = false;
  #stopped = false;
  #startedAt: Millis = 0;
  #countedFrom: Millis = 0;
  #sent = 0;
  #acked = 0;
  #probes = 0;
  #lost = 0;
  /** Acknowledged before the last `resetStats`. */
  #ackedBefore = 0;

  constructor(options: LoadOptions) {
    const defaults = {
      eventsPerMessage: 10,
      window: 1,
      vehiclesPerConnection: 1,
      startsWithin: 0,
      alertsPerSecond: 0,
      step: 1_000,
      sources: 1,
      from: Date.now() - hours(12),
    };
    this.#options = { ...defaults, ...options };
    const { eventsPerMessage, from } = this.#options;
    // Its digits are written three at a time, from tables.
    if (!Number.isInteger(from)) throw new RangeError(`a load begins at a whole millisecond, not ${from}`);
    if (LAP % eventsPerMessage !== 0) throw new RangeError(`events per message must divide ${LAP}, not ${eventsPerMessage}`);
    this.#messagesPerLap = LAP / eventsPerMessage;
    this.#laps = Array.from({ length: PLACES }, (_, place) => ({
      normal: templates(place, false, eventsPerMessage),
      braking: templates(place, true, eventsPerMessage),
    }));
  }

  /** Opens all connections, then begins to publish. @throws {LoadRefusedError} a device is refused */
  async start(): Promise<void> {
    const { devices, url, window, sources } = this.#options;
    const { hostname: host, port } = new URL(url);
    const target = (no: number) => ({
      host,
      port: Number(port || 1883),
      ...(sources > 1 && { localAddress: `127.0.0.${1 + (no % sources)}` }),
    });
    for (let i = 0; i < devices.length; i += OPENING) {
      const some = devices.slice(i, i + OPENING);
      const opened = await Promise.all(
        some.map((device, k) => LoadConnection.open(target(i + k), device, window, this.#listenerOf(i + k))),
      );
      for (const [k, connection] of opened.entries()) {
        const no = i + k;
        const vehicles = this.#vehiclesOf(some[k]!, no);
        this.#lanes.push({ no, connection, vehicles, sent: 0, waits: this.#turnsBefore(no) });
      }
    }
    this.#running = true;
    this.#startedAt = performance.now();
    this.#countedFrom = this.#startedAt;
    if (this.#options.rate === undefined) for (const lane of this.#lanes) this.#fill(lane, performance.now());
    else void this.#pace();
  }

  #vehiclesOf({ id }: LoadDevice, lane: number): Driven[] {
    const { vehiclesPerConnection: count } = this.#options;
    return Array.from({ length: count }, (_, i) => {
      const vehicle = count === 1 ? id : `${id}-${i}`;
      return {
        id: vehicle,
        no: lane * count + i,
        head: new PublishHead(vehicle),
        sent: 0,
        braking: false,
        lapsSinceProbe: LAPS_BETWEEN_PROBES,
      };
    });
  }

  #turnsBefore(lane: number): number {
    const { rate, startsWithin, devices } = this.#options;
    if (rate === undefined) return 0;
    return Math.floor((lane / devices.length) * ((startsWithin * this.#messagesPerMs) / devices.length));
  }

  /** Sends no more, waits at most `drainWithin` for what is on its way, and closes. */
  async stop(drainWithin: Millis = 5_000): Promise<void> {
    this.#running = false;
    const deadline = performance.now() + drainWithin;
    while (this.#acked < this.#sent && this.#lost === 0 && performance.now() < deadline) await sleep(5);
    this.#stopped = true;
    for (const { connection } of this.#lanes) connection.close();
  }

  /** Counts from now on: for leaving a warm-up out. */
  resetStats(): void {
    this.#latencies.reset();
    this.#countedFrom = performance.now();
    this.#ackedBefore = this.#acked;
  }

  get stats(): LoadStats {
    const acked = this.#acked - this.#ackedBefore;
    const elapsed_s = (performance.now() - this.#countedFrom) / 1_000;
    const { eventsPerMessage } = this.#options;
    return {
      connections: this.#lanes.length,
      sentMessages: this.#sent,
      ackedMessages: acked,
      ackedEvents: acked * eventsPerMessage,
      elapsed_s,
      events_per_s: elapsed_s > 0 ? (acked * eventsPerMessage) / elapsed_s : 0,
      ack_p50_ms: this.#latencies.at(0.5),
      ack_p99_ms: this.#latencies.at(0.99),
      ack_max_ms: this.#latencies.max,
      behind:
        this.#options.rate === undefined || !this.#running ? 0 : this.#dueAt(performance.now()) - this.#waited() - this.#sent,
      probes: this.#probes,
      lostConnections: this.#lost,
    };
  }

  get #messagesPerMs(): number {
    return this.#options.rate! / this.#options.eventsPerMessage / 1_000;
  }

  /** Of the messages that were due, those of connections that had not begun. */
  #waited(): number {
    const turns = Math.floor(this.#dueAt(performance.now()) / this.#lanes.length);
    return this.#lanes.reduce((sum, { waits }) => sum + Math.min(waits, turns), 0);
  }

  /** How many messages of the fleet are due by then. */
  #dueAt(now: Millis): number {
    return Math.floor((now - this.#startedAt) * this.#messagesPerMs);
  }

  async #pace(): Promise<void> {
    const lanes = this.#lanes.length;
    let seen = 0;
    while (this.#running) {
      const now = performance.now();
      const due = this.#dueAt(now);
      // Each lane whose turn came is looked at once; one whose window is full goes on when it is acknowledged.
      for (let n = Math.max(seen, due - lanes); n < due; n++) this.#fill(this.#lanes[n % lanes]!, now);
      seen = due;
      await sleep(1);
    }
  }

  /** Sends what is due on one lane as far as its window goes. Message j of lane c, the turns it let go by counted too, is message j·N + c of the fleet. */
  #fill(lane: Lane, now: Millis): void {
    const paced = this.#options.rate !== undefined;
    const lanes = this.#lanes.length;
    while (this.#running && lane.connection.free > 0) {
      const due = paced ? this.#startedAt + ((lane.waits + lane.sent) * lanes + lane.no) / this.#messagesPerMs : now;
      if (due > now) return;
      this.#sendNext(lane, due);
    }
  }

  #sendNext(lane: Lane, due: Millis): void {
    const { eventsPerMessage, from, step } = this.#options;
    const vehicle = lane.vehicles[lane.sent % lane.vehicles.length]!;
    // Each vehicle begins its laps at another time than its neighbours: else all brakings of a fleet would come at once.
    const onLap = (vehicle.sent + vehicle.no) % this.#messagesPerLap;
    if (onLap === 0) this.#beginLap(vehicle);
    const laps = this.#laps[vehicle.no % PLACES]!;
    const events = vehicle.sent * eventsPerMessage;
    const ts = from + events * step;
    const template = (vehicle.braking ? laps.braking : laps.normal)[onLap]!;
    lane.connection.send(vehicle.head, template, ts, step, FIRST_SEQ + events, due);
    vehicle.sent += 1;
    lane.sent += 1;
    this.#sent += 1;
    if (vehicle.braking && onLap === Math.floor(PROOF / eventsPerMessage)) this.#tellProbe(vehicle, ts, onLap, due);
  }

  #tellProbe(vehicle: Driven, ts: Instant, onLap: number, due: Millis): void {
    const { eventsPerMessage, step, onProbe } = this.#options;
    const at = ts + (PROOF - onLap * eventsPerMessage) * step;
    onProbe?.({ device: vehicle.id, at, sentAt: performance.timeOrigin + due });
  }

  #beginLap(vehicle: Driven): void {
    const wanted = ((performance.now() - this.#startedAt) / 1_000) * this.#options.alertsPerSecond;
    vehicle.lapsSinceProbe += 1;
    // Not on the first lap: braking is only known against what was before.
    vehicle.braking = vehicle.sent > 0 && this.#probes < Math.floor(wanted) && vehicle.lapsSinceProbe >= LAPS_BETWEEN_PROBES;
    if (!vehicle.braking) return;
    vehicle.lapsSinceProbe = 0;
    this.#probes += 1;
  }

  #listenerOf(lane: number): LoadListener {
    return {
      acknowledged: since => this.#onAck(this.#lanes[lane]!, since),
      lost: () => {
        if (!this.#stopped) this.#lost += 1;
      },
    };
  }

  #onAck(lane: Lane, since: Millis): void {
    const now = performance.now();
    this.#acked += 1;
    this.#latencies.record(now - since);
    this.#options.onLatency?.(now - since);
    this.#fill(lane, now);
  }
}

const templates = (place: number, braking: boolean, eventsPerMessage: number): MessageTemplate[] => {
  const points = lap(place, braking);
  const found: MessageTemplate[] = [];
  for (let i = 0; i < points.length; i += eventsPerMessage)
    found.push(new MessageTemplate(points.slice(i, i + eventsPerMessage)));
  return found;
};
