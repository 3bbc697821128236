import type { Counters } from '../../model/counters.js';
import type { VehicleId } from '../../model/ids.js';
import type { LivePosition } from '../../model/live-state.js';
import type { JournalRecord, Offset, Partition, RecordBatch } from '../../model/record.js';
import type { Millis } from '../../model/units.js';
import type { GiveWay } from '../../ports/give-way.js';
import type { FoldEffects } from '../../streams/fold/effects.js';
import { Shard } from '../../streams/fold/shard.js';
import { carry } from './carried-error.js';
import { CounterDeltas } from './counter-deltas.js';
import { LineCalls, type LineEnd } from './line-calls.js';
import { LiveTeller } from './live-columns.js';
import { RecordUnpacker } from './record-unpacker.js';
import {
  ENTRIES_AT_ONCE,
  type FileCalls,
  type Folded,
  type FoundEffects,
  type FromShard,
  POSITION_SIZE,
  type ShardCalls,
  type ShardTask,
  type ToShard,
} from './shard-messages.js';

/** What was folded is told when this much time went by, or at once where an alert is among it. */
const TELL_AFTER: Millis = 5;
/** A vehicle's position is told so often at most; one with an alert is told with it. */
const POSITIONS_EVERY: Millis = 250;

/**
 * The end of a shard's line that folds. Batches, snapshots and loads take turns in the order in which they came; questions are answered in
 * between. It owns no file: what it reads and writes goes over the line.
 */
export class ShardServer {
  private readonly calls: LineCalls<FileCalls>;
  private readonly shard: Shard;
  private readonly counters = new CounterDeltas();
  private readonly unpacker = new RecordUnpacker();
  private turn: Promise<unknown> = Promise.resolve();
  /** Batches that wait for their turn. */
  private queued = 0;
  private broken = false;
  private saving: Partition | undefined;

  private folded: { p: Partition; effects: FoldEffects }[] = [];
  private toldAt = 0;
  private readonly teller = new LiveTeller();
  private readonly moved = new Map<VehicleId, Partition>();
  private positionsAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly line: LineEnd,
    { partitions, snapshotEvery, mostAwake, pace }: ShardTask,
    private readonly giveWay: GiveWay,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.calls = new LineCalls<FileCalls>(line, this.mine() as Record<keyof ShardCalls, never>);
    this.shard = new Shard({
      journal: {
        ofVehicle: (vehicle, from, to, atOnce) => this.ofVehicle(vehicle, from, to, atOnce),
        oldest: () => this.calls.ask('oldest'),
      },
      state: {
        get: key => this.calls.ask('stored', key),
        range: (from, to) => this.storedRange(from, to),
        // Only snapshots write, one at a time.
        write: writes => this.calls.ask('save', this.saving!, writes),
      },
      counters: this.counters as Counters,
      partitions,
      snapshotEvery,
      ...(mostAwake !== undefined && { mostAwake }),
      giveWay,
      ...(pace && { pace }),
    });
    line.onMessage((message: ToShard) => this.hear(message));
  }

  private mine(): ShardCalls {
    return {
      assign: p => this.inTurn(() => this.assign(p)),
      snapshot: p => this.inTurn(() => this.snapshot(p)),
      release: p => this.inTurn(async () => this.shard.release(p)),
      grown: async limit => this.shard.grown(limit),
      openChunk: async (p, vehicle) => this.shard.openChunk(p, vehicle),
      state: async (p, vehicle) => this.shard.state(p, vehicle),
      hearing: async (rule, since) => this.shard.hearing(rule, since),
      unknownFields: async () => this.shard.unknownFields(),
      rejectedValues: async () => this.shard.rejectedValues(),
    };
  }

  private hear(message: ToShard): void {
    switch (message.type) {
      case 'fold':
        for (const [p, records] of this.unpacker.unpack(message.records)) {
          this.queued++;
          this.inTurn(() => this.fold(p, records)).catch(error => this.fail(error));
        }
        break;
      case 'handed_over':
        if (!this.broken) this.shard.handedOver(message.p, message.vehicles);
        break;
      default:
        this.calls.hear(message);
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  private async assign(p: Partition): ReturnType<ShardCalls['assign']> {
    const next = await this.shard.assign(p);
    for (const { vehicle } of this.shard.livePositions(p)) this.moved.set(vehicle, p);
    this.tellPositions();
    return { next, lastTick: this.shard.lastTick(p) };
  }

  private async snapshot(p: Partition): Promise<Offset> {
    this.saving = p;
    await this.shard.snapshot(p, []);
    return this.shard.savedUpTo(p);
  }

  private async fold(p: Partition, records: RecordBatch): Promise<void> {
    if (this.broken) return;
    const pause = this.giveWay();
    if (pause) await pause;
    const effects = await this.shard.fold(p, records);
    this.queued--;
    this.folded.push({ p, effects });
    for (const vehicle of effects.changed) this.moved.set(vehicle, p);
    if (this.queued > 0 && effects.alerts.length === 0 && this.now() - this.toldAt < TELL_AFTER) return;
    this.tell();
  }

  /** A stage that throws: the main thread starts the fold afresh, with other threads. */
  private fail(error: unknown): void {
    if (this.broken) return;
    this.broken = true;
    this.say({ type: 'failed', error: carry(error) });
  }

  private tell(): void {
    const { folded } = this;
    this.folded = [];
    const positions = new Float64Array(folded.length * POSITION_SIZE);
    const effects: [number, FoundEffects][] = [];
    const alerted: VehicleId[] = [];
    folded.forEach(({ p, effects: { alerts, rows, refusals, silences } }, place) => {
      const due = this.shard.snapshotDue(p) ? 1 : 0;
      positions.set([p, this.shard.nextOffset(p), this.shard.lastTick(p), due], place * POSITION_SIZE);
      for (const { vehicle } of alerts) alerted.push(vehicle);
      // Bytes are mostly views, and a view would take all of its memory along.
      const copies = refusals.map(refusal => ({ ...refusal, bytes: Uint8Array.from(refusal.bytes) }));
      if (alerts.length + rows.length + copies.length > 0 || silences)
        effects.push([place, { alerts, rows, refusals: copies, ...(silences && { silences }) }]);
    });
    const message: Folded = { type: 'folded', positions, effects, counters: this.counters.take() };
    this.say(message, [positions.buffer]);
    this.toldAt = this.now();
    if (this.toldAt - this.positionsAt >= POSITIONS_EVERY) this.tellPositions();
    else {
      if (alerted.length > 0) this.tellPositionsOf(alerted);
      this.timer ??= setTimeout(() => this.tellPositions(), POSITIONS_EVERY - (this.toldAt - this.positionsAt));
    }
  }

  private tellPositions(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.positionsAt = this.now();
    this.tellPositionsOf([...this.moved.keys()]);
  }

  private tellPositionsOf(vehicles: readonly VehicleId[]): void {
    const positions: LivePosition[] = [];
    for (const vehicle of vehicles) {
      const p = this.moved.get(vehicle);
      const position = p === undefined ? undefined : this.shard.livePosition(p, vehicle);
      this.moved.delete(vehicle);
      if (position) positions.push(position);
    }
    if (positions.length === 0) return;
    const live = this.teller.columns(positions);
    this.say({ type: 'live', live }, [live.numbers.buffer as ArrayBuffer]);
  }

  private say(message: FromShard, memory: ArrayBuffer[] = []): void {
    this.line.say(message, memory);
  }

  private async *ofVehicle(vehicle: VehicleId, from: Offset, to: Offset, atOnce?: number): AsyncIterable<JournalRecord[]> {
    for (let next = from; next <= to; ) {
      const packed = await this.calls.ask('records', vehicle, next, to, atOnce);
      const [records] = packed ? [...new RecordUnpacker().unpack(packed).values()] : [];
      if (!records) return;
      yield records;
      next = records[records.length - 1]!.offset + 1;
    }
  }

  private async *storedRange(from: string, to: string): AsyncIterable<[string, string]> {
    for (let next = from; ; ) {
      const entries = await this.calls.ask('storedFrom', next, to);
      yield* entries;
      if (entries.length < ENTRIES_AT_ONCE) return;
      // The next key there could be.
      next = `${entries[entries.length - 1]![0]}\0`;
    }
  }
}
