import { Counters } from '../../src/model/counters.js';
import type { NewRecord, Offset } from '../../src/model/record.js';
import type { Journal } from '../../src/ports/journal.js';
import type { ArrivedMessage } from '../../src/ports/listener.js';
import { FleetRegistry } from '../../src/streams/fleet-registry.js';
import { Ingest } from '../../src/streams/ingest.js';
import { QuarantineStore } from '../../src/streams/quarantine-store.js';
import { ManualClock } from '../mqtt/manual-clock.js';
import { MemoryStateStore } from '../simulation/memory-state-store.js';

/** A journal whose disk answers when the test says so. */
class SlowDisk {
  readonly appended: (readonly NewRecord[])[] = [];
  private pending: { resolve: (offsets: Offset[]) => void; reject: (error: Error) => void; records: readonly NewRecord[] }[] = [];
  private next = 1;

  append(records: readonly NewRecord[]): Promise<Offset[]> {
    this.appended.push(records);
    return new Promise((resolve, reject) => this.pending.push({ resolve, reject, records }));
  }

  /** Answers the oldest append that waits. */
  synced(error?: Error): void {
    const { resolve, reject, records } = this.pending.shift()!;
    if (error) reject(error);
    else resolve(records.map(() => this.next++));
  }

  async *ofVehicle() {}
}

/** Lets all that is due in this turn of the loop and the next ones happen. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise(resolve => setImmediate(resolve));
};

/** Ingest with a known device `d-1`, on a disk that answers when the test says so. */
export const ingestScene = async (
  given: { registerOnSight?: boolean; maxWaitingMessages?: number; maxWaitingBytes?: number } = {},
) => {
  const disk = new SlowDisk();
  const journal = disk as unknown as Journal;
  const state = new MemoryStateStore();
  const clock = new ManualClock();
  const counters = new Counters();
  const registry = new FleetRegistry({ journal, state, clock, inForce: async () => {} });
  const quarantine = new QuarantineStore(state, { entries: 100, bytes: 1_000_000 }, counters);
  const told: [string, string][] = [];
  const lag = { records: 0 };
  const { registerOnSight = false, maxWaitingMessages = 1_000, maxWaitingBytes = 1_000_000 } = given;
  const ingest = new Ingest({
    journal,
    registry,
    quarantine,
    clock,
    counters,
    tell: (topic, { reason }) => told.push([topic, reason]),
    registerOnSight,
    maxPayloadBytes: 1_000,
    behind: () => lag.records,
    maxWaitingMessages,
    maxWaitingBytes,
  });
  if (!registerOnSight) {
    const known = registry.registerOnSight('d-1', 'telltale-v1');
    disk.synced();
    await known;
    disk.appended.length = 0;
  }
  const done: string[] = [];
  const send = (name: string, changed: Partial<ArrivedMessage> = {}): void => {
    const message: ArrivedMessage = {
      device: 'd-1',
      topic: 'telltale/v1/d-1/events',
      payload: Buffer.from(name),
      qos: 1,
      dup: false,
      stored: false,
      received: 1_000,
      ...changed,
    };
    ingest.take(message, error => done.push(error ? `${name}: ${error.message}` : name));
  };
  const books = () => {
    const { messages_received_total: received, ...rest } = counters.all();
    const {
      messages_recorded_total: recorded = 0,
      messages_refused_total: refused = 0,
      messages_not_taken_total: not = 0,
    } = rest;
    return { received, accounted: recorded + refused + not };
  };
  return { disk, registry, quarantine, counters, clock, told, ingest, done, send, books, lag };
};

export const bodies = (records: readonly NewRecord[]): string[] => records.map(({ body }) => Buffer.from(body).toString());
