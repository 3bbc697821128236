import type { Counters } from '../../model/counters.js';
import type { VehicleId } from '../../model/ids.js';
import type { LivePosition, LiveState } from '../../model/live-state.js';
import type { Offset, Partition } from '../../model/record.js';
import type { TrackChunk } from '../../model/trip.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import type { HandOver } from '../../ports/journal.js';
import type { ShardStatus } from '../../ports/live.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import type { FoldEffects } from '../../streams/fold/effects.js';
import type { FoldJournal } from '../../streams/fold/fold-context.js';
import type { FoldedPartition } from '../../streams/fold/fold-shards.js';
import type { Hearing } from '../../streams/fold/hearing.js';
import { uncarry } from './carried-error.js';
import { LineCalls } from './line-calls.js';
import { LiveMirror } from './live-columns.js';
import { RecordPack } from './record-pack.js';
import {
  ENTRIES_AT_ONCE,
  type FileCalls,
  type Folded,
  type FromShard,
  POSITION_SIZE,
  type ShardCalls,
} from './shard-messages.js';
import type { ShardThread } from './shard-thread-port.js';

/** What a shard is given of the main thread. */
export interface ClientParts {
  journal: FoldJournal;
  state: Pick<StateStore, 'get' | 'range' | 'write'>;
  counters: Counters;
  /** Positions of all shards. */
  positions: Map<VehicleId, LivePosition>;
  /** Vehicles whose position changed. */
  changed(vehicles: readonly VehicleId[]): void;
}

/** What a hand-over has for one shard. */
interface Task {
  /** Partitions that are not answered yet. */
  left: number;
  folded(some: readonly FoldedPartition[]): void;
  resolve(): void;
  reject(error: unknown): void;
}

interface Answer {
  records: number;
  /** Of its newest record. */
  last: Offset;
  task: Task;
}

interface Held {
  next: Offset;
  lastTick: Instant;
  savedUpTo: Offset;
  due: boolean;
  /** Batches that were given and are not answered, oldest first. */
  answers: Answer[];
}

const nothing = (): FoldEffects => ({ alerts: [], rows: [], refusals: [], changed: [] });

/** The end of a shard's line in the main thread. */
export class ShardClient {
  private readonly calls: LineCalls<ShardCalls>;
  private readonly held = new Map<Partition, Held>();
  private readonly pack = new RecordPack();
  private readonly mirror: LiveMirror;
  /** What the main thread adds to the snapshot that is being taken. */
  private also: readonly StateWrite[] = [];
  private over: unknown;

  constructor(
    private readonly shard: number,
    private readonly thread: ShardThread,
    private readonly parts: ClientParts,
  ) {
    this.mirror = new LiveMirror(parts.positions);
    this.calls = new LineCalls<ShardCalls>(thread.line, this.mine() as Record<keyof FileCalls, never>);
    thread.line.onMessage((message: FromShard) => this.hear(message));
    thread.onEnd(error => this.end(error));
  }

  private mine(): FileCalls {
    const { journal, state } = this.parts;
    return {
      oldest: async () => journal.oldest(),
      async records(vehicle, from, to, atOnce) {
        for await (const batch of journal.ofVehicle(vehicle, from, to, atOnce)) {
          if (batch.length === 0) continue;
          const pack = new RecordPack();
          pack.add(0, batch);
          return pack.take();
        }
        return undefined;
      },
      stored: key => state.get(key),
      async storedFrom(from, to) {
        const entries: [string, string][] = [];
        for await (const entry of state.range(from, to, { limit: ENTRIES_AT_ONCE })) entries.push(entry);
        return entries;
      },
      save: (_p, writes) => state.write([...writes, ...this.also], { sync: true }),
    };
  }

  private hear(message: FromShard): void {
    switch (message.type) {
      case 'folded':
        this.answer(message);
        break;
      case 'live':
        this.parts.changed(this.mirror.take(message.live));
        break;
      case 'failed':
        this.end(uncarry(message.error));
        break;
      default:
        this.calls.hear(message);
    }
  }

  private answer({ positions, effects, counters }: Folded): void {
    for (const [name, n] of counters) this.parts.counters.add(name, n);
    const found = new Map(effects);
    let some: FoldedPartition[] = [];
    let of: Task | undefined;
    for (let place = 0; place * POSITION_SIZE < positions.length; place++) {
      const at = place * POSITION_SIZE;
      const held = this.held.get(positions[at]!);
      if (!held) continue;
      held.next = positions[at + 1]!;
      held.lastTick = positions[at + 2]!;
      held.due = positions[at + 3] === 1;
      const answer = held.answers.shift();
      if (!answer) continue;
      // All that one message tells of a hand-over is carried out together.
      if (of !== answer.task) {
        if (of) this.tell(of, some);
        of = answer.task;
        some = [];
      }
      const { records, last } = answer;
      some.push({ partition: positions[at]!, records, last, effects: { ...nothing(), ...found.get(place) } });
    }
    if (of) this.tell(of, some);
  }

  private tell(task: Task, some: readonly FoldedPartition[]): void {
    try {
      task.folded(some);
    } catch (error) {
      // Whoever handed over hears of it, not the line.
      task.reject(error);
      return;
    }
    task.left -= some.length;
    if (task.left === 0) task.resolve();
  }

  /** The thread is gone, or its fold threw: nothing comes of it any more. */
  private end(error: unknown): void {
    this.over ??= error;
    this.calls.end(error);
    for (const { answers } of this.held.values()) for (const { task } of answers.splice(0)) task.reject(error);
  }

  async assign(p: Partition): Promise<Offset> {
    const { next, lastTick } = await this.calls.ask('assign', p);
    this.held.set(p, { next, lastTick, savedUpTo: next, due: false, answers: [] });
    return next;
  }

  /** As `FoldShards.fold`, of partitions that are all here. */
  fold(handOver: HandOver, folded: (some: readonly FoldedPartition[]) => void): Promise<void> {
    if (this.over) return Promise.reject(this.over);
    return new Promise((resolve, reject) => {
      const task: Task = { left: handOver.size, folded, resolve, reject };
      for (const [p, records] of handOver) {
        this.heldOf(p).answers.push({ records: records.length, last: records[records.length - 1]!.offset, task });
        this.pack.add(p, records);
      }
      const packed = this.pack.take();
      this.thread.line.say({ type: 'fold', records: packed }, [packed]);
    });
  }

  handedOver(p: Partition, vehicles: readonly VehicleId[]): void {
    if (vehicles.length > 0) this.thread.line.say({ type: 'handed_over', p, vehicles });
  }

  async snapshot(p: Partition, also: readonly StateWrite[]): Promise<void> {
    this.also = also;
    const held = this.heldOf(p);
    held.savedUpTo = await this.calls.ask('snapshot', p);
    held.due = false;
  }

  snapshotDue(p: Partition): boolean {
    return this.heldOf(p).due;
  }

  savedUpTo(p: Partition): Offset {
    return this.held.get(p)?.savedUpTo ?? 0;
  }

  release(p: Partition): Promise<void> {
    this.held.delete(p);
    return this.calls.ask('release', p);
  }

  /** A thread that is gone has nothing that grows: what it had is told by the next one. */
  grown(limit: number, take: (rows: RollUpRow[]) => void): Promise<void> {
    return new Promise(resolve =>
      this.calls.askThen(
        'grown',
        [limit],
        rows => {
          take(rows);
          resolve();
        },
        () => resolve(),
      ),
    );
  }

  openChunk(p: Partition, vehicle: VehicleId): Promise<TrackChunk | undefined> {
    return this.askOr(undefined, 'openChunk', p, vehicle);
  }

  state(p: Partition, vehicle: VehicleId): Promise<LiveState | undefined> {
    return this.askOr(undefined, 'state', p, vehicle);
  }

  hearing(rule: string | null, since: Instant): Promise<Hearing> {
    return this.askOr({ tickedUpTo: 0, outages: [], params: null, groups: {} }, 'hearing', rule, since);
  }

  unknownFields(): Promise<Record<string, Record<string, number>>> {
    return this.askOr({}, 'unknownFields');
  }

  rejectedValues(): Promise<Record<string, number>> {
    return this.askOr({}, 'rejectedValues');
  }

  /** A thread that is gone knows nothing; the next one will, in a moment. What goes wrong in one that is there is told. */
  private async askOr<K extends keyof ShardCalls>(
    otherwise: Awaited<ReturnType<ShardCalls[K]>>,
    name: K,
    ...args: Parameters<ShardCalls[K]>
  ): Promise<Awaited<ReturnType<ShardCalls[K]>>> {
    try {
      return await this.calls.ask(name, ...args);
    } catch (error) {
      if (this.over) return otherwise;
      throw error;
    }
  }

  *positions(): Iterable<[Partition, { next: Offset; lastTick: Instant }]> {
    yield* this.held;
  }

  status(): ShardStatus {
    let waiting = 0;
    for (const { answers } of this.held.values()) for (const { records } of answers) waiting += records;
    return { shard: this.shard, partitions: [...this.held.keys()], busy: this.thread.busy(), waiting };
  }

  async close(): Promise<void> {
    this.end(new Error('the shard is closed'));
    await this.thread.close();
  }

  private heldOf(p: Partition): Held {
    const held = this.held.get(p);
    if (!held) throw new Error(`partition ${p} is not held by shard ${this.shard}`);
    return held;
  }
}
