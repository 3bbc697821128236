import type { Counters } from '../../model/counters.js';
import { alertTopic } from '../../model/fleet-topics.js';
import type { Cancel, Clock } from '../../ports/clock.js';
import type { AlertEntry, AlertStream } from '../../ports/live.js';
import type { StateStore } from '../../ports/state-store.js';

const PLACE = 'outlets/mqtt/place';
const PAGE = 100;
const RETRY_AFTER = 1_000;

export interface AlertPublisherParts {
  alerts: AlertStream;
  state: StateStore;
  groupOf(vehicle: string): string | null;
  /** QoS 1. @returns whether the broker has it */
  publish(topic: string, payload: Uint8Array): Promise<boolean>;
  clock: Clock;
  counters: Counters;
}

/**
 * Publishes the alert stream over MQTT: one topic per group, in order, at least once as far as the broker is concerned. While the broker
 * is away it waits where it is; after a start it goes on from there.
 */
export class AlertPublisher {
  #place = 0;
  #running = false;
  #again = false;
  #stopped = true;
  #cancelRetry: Cancel | undefined;
  #stopListening: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly parts: AlertPublisherParts) {}

  async start(fail: (error: unknown) => void): Promise<void> {
    const { alerts, state } = this.parts;
    const kept = await state.get(PLACE);
    this.#place = Math.min(kept === undefined ? alerts.head() : Number(kept), alerts.head());
    // Else a start that follows before anything was published would begin at the head of then, and pass over what came meanwhile.
    if (kept === undefined) await state.write([{ put: PLACE, value: String(this.#place) }], { sync: true });
    this.#stopped = false;
    const go = (): void => {
      if (this.#running) {
        this.#again = true;
        return;
      }
      this.#running = true;
      this.#work = this.#publish(go)
        .catch(fail)
        .finally(() => {
          this.#running = false;
          if (this.#again && !this.#stopped) go();
        });
    };
    this.#stopListening = alerts.onEntry(go);
    go();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening?.();
    this.#cancelRetry?.();
    await this.#work;
  }

  async #publish(go: () => void): Promise<void> {
    const { alerts, state, publish, clock, counters, groupOf } = this.parts;
    this.#again = false;
    while (!this.#stopped && this.#place < alerts.head()) {
      this.#place = Math.max(this.#place, alerts.oldest());
      const entries = await alerts.after(this.#place, PAGE);
      if (entries.length === 0) return;
      const before = this.#place;
      for (const entry of entries) {
        if (this.#stopped) break;
        if (!(await publish(alertTopic(groupOf(entry.alert.vehicle)), payloadOf(entry)))) {
          counters.add('mqtt_alerts_waited_total');
          this.#cancelRetry = clock.after(RETRY_AFTER, go);
          break;
        }
        counters.add('mqtt_alerts_published_total');
        this.#place = entry.cursor;
      }
      if (this.#place !== before) await state.write([{ put: PLACE, value: String(this.#place) }], { sync: false });
      if (this.#place !== entries.at(-1)!.cursor) return;
    }
  }
}

/** As on the websocket, without the cursor: it counts the alerts of everybody, and who hears one group is not to know how many others there are. */
const payloadOf = ({ change, alert }: AlertEntry): Buffer =>
  Buffer.from(JSON.stringify({ type: 'alert', change: change === 'voided' ? 'updated' : change, alert }));
