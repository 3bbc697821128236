import type { DeviceId } from '../../model/ids.js';
import { DevicePublisher, type PublisherOptions } from '../../simulator/device-publisher.js';

const EVENTS_PER_MESSAGE = 20;
const CAPACITY = 2_000;
const DRAIN = 30_000;

/** A connection per device, opened when its first event comes; at most so many at a time. */
export class ConnectionPool {
  /** In order of their last use. */
  readonly #open = new Map<DeviceId, DevicePublisher>();
  readonly #seen = new Set<DeviceId>();
  readonly #closed = { acknowledged: 0, complaints: 0 };
  #lastComplaint: string | undefined;

  constructor(
    private readonly url: string,
    private readonly bound: number,
    private readonly loginOf: (device: DeviceId) => Pick<PublisherOptions, 'user' | 'secret'>,
  ) {}

  get devices(): number {
    return this.#seen.size;
  }

  get totals(): { acknowledged: number; complaints: number; lastComplaint: string | undefined } {
    let { acknowledged, complaints } = this.#closed;
    let lastComplaint = this.#lastComplaint;
    for (const publisher of this.#open.values()) {
      acknowledged += publisher.counters.acknowledged;
      complaints += publisher.counters.complaints;
      lastComplaint ??= publisher.lastComplaint;
    }
    return { acknowledged, complaints, lastComplaint };
  }

  /** @throws {BrokerRefusedError} bad credentials @throws {BrokerUnreachableError} nobody answers */
  async of(device: DeviceId): Promise<DevicePublisher> {
    const open = this.#open.get(device);
    if (open !== undefined) {
      this.#open.delete(device);
      this.#open.set(device, open);
      return open;
    }
    if (this.#open.size >= this.bound) await this.#closeQuietest();
    const options = { url: this.url, device, ...this.loginOf(device) };
    const publisher = new DevicePublisher({ ...options, eventsPerMessage: EVENTS_PER_MESSAGE, capacity: CAPACITY });
    this.#open.set(device, publisher);
    this.#seen.add(device);
    try {
      await publisher.ready();
    } catch (error) {
      this.#open.delete(device);
      await publisher.close(0);
      throw error;
    }
    return publisher;
  }

  /** Waits at most `within` ms for acknowledgements. */
  async close(within: number): Promise<void> {
    await Promise.all([...this.#open.keys()].map(device => this.#close(device, within)));
  }

  async #closeQuietest(): Promise<void> {
    for (const device of this.#open.keys()) return this.#close(device, DRAIN);
  }

  async #close(device: DeviceId, within: number): Promise<void> {
    const publisher = this.#open.get(device)!;
    await publisher.close(within);
    this.#open.delete(device);
    this.#closed.acknowledged += publisher.counters.acknowledged;
    this.#closed.complaints += publisher.counters.complaints;
    this.#lastComplaint ??= publisher.lastComplaint;
  }
}
