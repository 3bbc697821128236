import { foldActor } from '../../../src/actors/fold.actor.js';
import { rollUpActor } from '../../../src/actors/roll-up.actor.js';
import { Supervisor } from '../../../src/actors/supervisor.js';
import { tickerActor } from '../../../src/actors/ticker.actor.js';
import { ThreadedShards } from '../../../src/app/shards/threaded-shards.js';
import { Counters } from '../../../src/model/counters.js';
import type { Database, RollUpRow } from '../../../src/ports/database.js';
import type { AlertEntry } from '../../../src/ports/live.js';
import { AlertLog } from '../../../src/streams/alert-log.js';
import { CarriedOut } from '../../../src/streams/carried-out.js';
import { FleetRegistry } from '../../../src/streams/fleet-registry.js';
import type { FoldShards } from '../../../src/streams/fold/fold-shards.js';
import { LocalShards } from '../../../src/streams/fold/local-shards.js';
import type { RefoldPace } from '../../../src/streams/fold/refold/refold-pace.js';
import { Ingest } from '../../../src/streams/ingest.js';
import { QuarantineStore } from '../../../src/streams/quarantine-store.js';
import { RollUp } from '../../../src/streams/roll-up.js';
import type { Chance } from './chance.js';
import { Process } from './process.js';
import type { SimDatabase } from './sim-database.js';
import type { SimDisk } from './sim-disk.js';
import { SimJournal } from './sim-journal.js';
import { SimState } from './sim-state.js';
import { SimThread } from './sim-thread.js';
import { MachineClock, type VirtualTime } from './virtual-time.js';

export const PARTITIONS = 3;

export interface ServerParts {
  time: VirtualTime;
  chance: Chance;
  disk: SimDisk;
  database: SimDatabase;
  /** How wrong the machine's clock is. */
  clockError: () => number;
  /** The chance that a stage throws at one of its calls. */
  stageFails: () => number;
  /** What viewers were told, of all lives. */
  onEntry(entry: AlertEntry): void;
  /** It gave up: an actor was beyond its restarts. */
  ended(): void;
  /** How often a vehicle may be folded again; that of production where undefined. */
  pace: RefoldPace | undefined;
  /** That fold; 0: it is done beside everything else. */
  threads: number;
  /** So many vehicles of each partition may be awake; all where undefined. */
  mostAwake: number | undefined;
}

/** One life of the server: production parts behind simulated ports, put together as `app.ts` does. */
export class SimServer {
  readonly process = new Process();
  readonly counters = new Counters();
  ingest!: Ingest;
  alerts!: AlertLog;
  rollUp!: RollUp;
  private shards!: FoldShards;
  private threads: SimThread[] = [];
  private supervisor!: Supervisor;
  readonly clock: MachineClock;
  readonly journal: SimJournal;
  readonly rejected: RollUpRow[] = [];

  constructor(private readonly parts: ServerParts) {
    const { time, disk, chance } = parts;
    this.clock = new MachineClock(time, () => this.process.alive);
    this.clock.error = parts.clockError();
    this.journal = new SimJournal(disk, this.process, chance, PARTITIONS);
  }

  /** @returns false where it was killed, or gave up, before it was up */
  async start(): Promise<boolean> {
    const { process, counters, clock, journal, parts } = this;
    const { chance, disk } = parts;
    const state = new SimState(disk, process);
    const database = {
      migrate: () => process.while(parts.database.migrate()),
      writeRollUps: (rows: readonly RollUpRow[]) => process.while(parts.database.writeRollUps(rows)),
    } as unknown as Database;
    this.rollUp = new RollUp({
      database,
      state,
      clock,
      counters,
      grown: (limit, take) => this.shards.grown(limit, take),
      positions: () => this.shards.positions(),
      flushEvery: 1_000,
      rowsAtOnce: 40,
      rowsInMemory: 200,
      watch: () => {},
      reject: row => this.rejected.push(row),
    });
    this.shards = this.newShards(state);
    const registry = new FleetRegistry({ journal, state, clock, inForce: async () => {} });
    await registry.start();
    this.alerts = await AlertLog.load({ state, clock, counters, entriesKept: 100_000 });
    this.alerts.onEntry(entry => parts.onEntry(entry));
    const quarantine = new QuarantineStore(state, { entries: 1_000, bytes: 10_000_000 }, counters);
    await quarantine.start();
    const { alerts, rollUp } = this;
    this.disturb(alerts, 'take');
    this.disturb(quarantine, 'add');
    this.ingest = new Ingest({
      journal,
      registry,
      quarantine,
      clock,
      counters,
      tell: () => {},
      registerOnSight: false,
      behind: () => journal.behind(),
      maxPayloadBytes: 256 * 1024,
      maxWaitingMessages: 1_000,
      maxWaitingBytes: 1024 * 1024,
    });
    const deliverTo = { alerts, quarantine, rollUp, counters, tell: () => {}, changed: () => {} };
    const carriedOut = new CarriedOut();
    const freshFold = () => {
      this.shards = this.newShards(state);
      this.disturb(this.shards, 'fold');
      return { journal, shards: this.shards, carriedOut, alerts, rollUp, deliverTo };
    };
    this.supervisor = new Supervisor({
      clock,
      random: { fraction: () => chance.fraction(), secret: size => new Uint8Array(size) },
      watch: () => {},
      escalate: () => this.giveUp(),
    });
    try {
      await this.supervisor.start([
        rollUpActor(rollUp),
        foldActor(freshFold),
        tickerActor(journal, clock, () => this.shards.newestTick()),
      ]);
    } catch {
      this.giveUp();
    }
    return process.alive;
  }

  private newShards(state: SimState): FoldShards {
    const { journal, counters, parts, process } = this;
    const { pace, threads, time } = parts;
    const awake = parts.mostAwake === undefined ? {} : { mostAwake: parts.mostAwake };
    if (threads > 0) {
      this.threads = [];
      return new ThreadedShards({
        ...{ shards: threads, journal, state, counters, partitions: PARTITIONS, snapshotEvery: 15_000, changed: () => {} },
        ...awake,
        start: task => {
          const thread = new SimThread({ ...task, ...(pace && { pace }) }, time, process);
          this.threads.push(thread);
          return thread;
        },
      });
    }
    return new LocalShards({
      journal,
      state,
      counters,
      partitions: PARTITIONS,
      snapshotEvery: 15_000,
      ...awake,
      ...(pace && { pace }),
    });
  }

  /** Makes a method fail now and then, after it did its work or before. */
  private disturb<K extends string>(object: { [key in K]: (...given: never[]) => Promise<unknown> }, name: K): void {
    const { chance, stageFails } = this.parts;
    const method = object[name].bind(object) as (...given: unknown[]) => Promise<unknown>;
    object[name] = (async (...given: unknown[]) => {
      if (chance.of(stageFails() / 2)) throw new Error(`${name} failed before its work`);
      const result = await method(...given);
      if (chance.of(stageFails() / 2)) throw new Error(`${name} failed after its work`);
      return result;
    }) as never;
  }

  private giveUp(): void {
    if (!this.process.alive) return;
    this.parts.ended();
  }

  /** Everything that arrived is folded, and what came of it is in SQL. */
  settled(): boolean {
    const head = this.journal.head().get(0)!;
    const positions = this.shards.positions();
    return (
      positions.size === PARTITIONS &&
      [...positions.values()].every(next => next >= head) &&
      this.rollUp.up &&
      this.rollUp.pending() === 0
    );
  }

  /** @param place of one of the threads that fold, if there are any */
  killThread(place: number): void {
    this.threads[place]?.die();
  }

  kill(): void {
    this.process.kill();
  }

  /** As SIGTERM does it: what has grown goes to SQL, then everything stops in reverse. */
  async stop(): Promise<void> {
    await this.rollUp.flush();
    await this.supervisor.stop();
  }
}
