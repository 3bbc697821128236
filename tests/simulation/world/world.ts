import type { Alert } from '../../../src/model/alert.js';
import type { Fact } from '../../../src/model/fact.js';
import { defaultFleetSettings } from '../../../src/model/fleet-settings.js';
import type { Instant } from '../../../src/model/units.js';
import type { AlertEntry } from '../../../src/ports/live.js';
import { defaultRuleSettings } from '../../../src/rules/default-rules.js';
import { recordOfFact } from '../../../src/streams/fleet-registry.js';
import type { RefoldPace } from '../../../src/streams/fold/refold/refold-pace.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START } from '../fleet-drive.js';
import { Chance } from './chance.js';
import { outboxKey, type Told } from './folded-once.js';
import { makePoisonable, poisonedEvent } from './poisonable.js';
import { SimDatabase } from './sim-database.js';
import { type Listener, type NetworkWeather, SimDevice } from './sim-device.js';
import { SimDisk } from './sim-disk.js';
import { SimServer } from './sim-server.js';

import { VirtualTime } from './virtual-time.js';

/** Faults go on while trips end and everything is written down. */
const AFTERMATH = 7 * 60_000;
const VEHICLES = 3;
const MINUTES = 4;
/** After the last event: trips end by silence, late data is folded, SQL has all; also where the clock was ten minutes ahead until then. */
const TAIL = 25 * 60_000;
const PATIENCE = 60 * 60_000;
/** Of every second world: most re-folds wait for their turn then, and checkpoints are taken within a trip, as those of long drives. */
export const SHORT_PACE: RefoldPace = { checkpoint: 60, stepsPerSecond: 50 };

export const worldSettings = {
  ...defaultFleetSettings,
  trip: { ...defaultFleetSettings.trip, parkedAfter: 60_000, gap: 240_000 },
};

/** What a world was like in the end. */
export interface WorldEnd {
  /** Why it is not right; empty where it is. */
  wrong: string[];
  disk: SimDisk;
  database: SimDatabase;
  alerts: Alert[];
  events: readonly DeviceEvent[];
  /** Rules were changed on the way: the order in which things came decides who judged what. */
  changed: boolean;
  /** Under which keys which alerts were told to the outside. */
  told: Told;
  pace: RefoldPace | undefined;
  story: string[];
}

/** What a world is like besides its faults. */
export interface WorldKind {
  pace?: RefoldPace;
  /** Threads that fold. */
  threads?: number;
  /** So many vehicles of each partition may be awake between two batches. */
  mostAwake?: number;
  /** Some events of each device make the fold throw. */
  poisoned?: boolean;
  /** People change rules and settings meanwhile. */
  changing?: boolean;
  /** People say who drove, from any time on. */
  assigning?: boolean;
}

/** Most combinations that there are, by the seed: short paces in every second world, threads in three of eight, both in every eighth; in most of them nearly everybody sleeps between messages. */
const kindOf = (seed: number): WorldKind => ({
  ...(seed % 2 === 0 && { pace: SHORT_PACE }),
  ...((seed % 4 === 1 || seed % 8 === 2) && { threads: 2 }),
  ...(seed % 11 < 7 && { mostAwake: seed % 11 < 5 ? 0 : 1 }),
  poisoned: seed % 3 === 0,
  changing: seed % 5 < 2,
  assigning: seed % 7 < 4,
});

/** A fault begins, and what ends it. */
type Fault = (world: World) => { name: string; end: (() => void) | undefined };

/** One world: devices, a network, a server, its disk and its SQL server, on one thread, with faults from a seed. */
export class World {
  readonly time = new VirtualTime(START);
  readonly chance: Chance;
  readonly disk: SimDisk;
  readonly database: SimDatabase;
  readonly network: NetworkWeather = { down: false, loses: 0, doubles: 0, slow: 60, newestFirst: false };
  stageFails = 0;
  clockError = 0;
  readonly story: string[] = [];
  private readonly events: readonly DeviceEvent[];
  private readonly devices: SimDevice[];
  private readonly stream: AlertEntry[] = [];
  private readonly listener: Listener;
  private server: SimServer | undefined;
  private readonly wrong: string[] = [];
  private readonly outbox = new Map<string, number>();
  /** Of what is no fault: so that kinds of worlds do not change what goes wrong in them. */
  private readonly fate: Chance;
  private healthy = false;

  constructor(
    seed: number,
    private readonly faults: readonly Fault[],
    private readonly kind: WorldKind = kindOf(seed),
    private readonly faultEvery = 20_000,
  ) {
    this.chance = new Chance(seed);
    this.fate = new Chance(seed + 500_000_000);
    if (kind.poisoned) makePoisonable();
    this.disk = new SimDisk(this.time, this.chance, (key, _before, now) => {
      const told = outboxKey(key);
      if (told === undefined) return;
      const cursor = this.outbox.get(told) ?? Number(now);
      // Not only while the key is kept: a snapshot lets it go.
      if (cursor !== Number(now)) this.wrong.push(`${key} was told with cursor ${cursor} and again with ${now}`);
      this.outbox.set(told, cursor);
    });
    this.database = new SimDatabase(this.time, this.chance);
    this.events = fleetDrive(`world-${seed % 7}`, VEHICLES, MINUTES);
    this.listener = { sink: undefined, life: 0, now: () => this.server?.clock.now() ?? 0 };
    this.devices = [...new Set(this.events.map(({ device }) => device))].map(
      id => new SimDevice(id, this.time, this.chance, this.network, this.listener, this.chance.pick([1, 1, 4, 15])),
    );
  }

  async run(): Promise<WorldEnd> {
    this.setUp();
    this.boot();
    for (const { device, ts, text } of this.events) {
      const sender = this.devices.find(({ id }) => id === device)!;
      this.time.after(ts - START, () => sender.tell(text));
    }
    const last = this.events[this.events.length - 1]!.ts;
    for (const sender of this.devices) {
      this.time.after(last - START + 1_000, () => sender.flush());
      this.time.after(this.chance.below(last - START), () => sender.post('{"ts":'));
    }
    if (this.kind.poisoned) this.planPoison(last);
    if (this.kind.changing) this.planChange();
    if (this.kind.assigning) this.planAssignment();
    if (this.faults.length > 0) this.planFault();
    await this.time.runUntil(last + AFTERMATH);
    this.heal();
    await this.settle(last);
    return this.end();
  }

  /** The facts of a first start stand in the journal; who is registered with them. */
  private setUp(): void {
    const facts = [
      { type: 'settings_put' as const, settings: worldSettings },
      ...defaultRuleSettings().map(rule => ({ type: 'rule_put' as const, rule })),
      ...fencesAlong(this.events).map(geofence => ({ type: 'geofence_put' as const, geofence })),
      ...this.devices.map(({ id }) => ({
        type: 'device_put' as const,
        device: {
          ...{ id, vehicle: id, format: 'telltale-v1', foreign_id: null },
          ...{ secret_hash: '', old_secret_hash: null, old_valid_until: null },
        },
      })),
    ];
    for (const fact of facts) this.disk.records.push({ ...recordOfFact(fact, START), offset: this.disk.next++ });
  }

  private boot(): void {
    const { time, chance, disk, database } = this;
    const server = new SimServer({
      ...{ time, chance, disk, database },
      clockError: () => this.clockError,
      stageFails: () => this.stageFails,
      onEntry: entry => this.stream.push(entry),
      ended: () => this.kill('the server gave up'),
      pace: this.kind.pace,
      threads: this.kind.threads ?? 0,
      mostAwake: this.kind.mostAwake,
    });
    this.server = server;
    server.start().then(
      up => {
        if (!up || this.server !== server) return;
        this.listener.life++;
        this.listener.sink = server.ingest;
      },
      () => this.server === server && this.kill('the start failed'),
    );
  }

  /** Kills the process between two steps of whatever it does; something starts it again. */
  kill(why: string): void {
    const { server } = this;
    if (server === undefined) return;
    this.tell(why);
    server.kill();
    this.disk.crash();
    this.listener.sink = undefined;
    this.listener.life++;
    this.server = undefined;
    this.time.after(this.chance.between(100, 3_000), () => this.boot());
  }

  killThread(): void {
    const { threads = 0 } = this.kind;
    if (threads > 0) this.server?.killThread(this.fate.below(threads));
  }

  private planPoison(last: Instant): void {
    for (const sender of this.devices) {
      const at = this.fate.below(last - START);
      // Of its time, or of half a minute before: in order, or late.
      const ts = START + at - this.fate.pick([0, 0, 30_000]);
      this.time.after(at, () => sender.post(poisonedEvent(ts)));
    }
  }

  /** Somebody changes how trips end, or a rule. */
  private planChange(): void {
    this.time.after(this.fate.between(5_000, 90_000), () => {
      if (this.healthy) return;
      const rule = this.fate.pick(defaultRuleSettings());
      const trip = {
        ...worldSettings.trip,
        parkedAfter: this.fate.pick([30_000, 60_000]),
        gap: this.fate.pick([120_000, 240_000]),
      };
      const fact: Fact = this.fate.pick<Fact>([
        { type: 'settings_put', settings: { ...worldSettings, trip } },
        { type: 'rule_put', rule: { ...rule, cooldown_s: this.fate.pick([0, 60, 600]) } },
        { type: 'rule_deleted', id: rule.id },
      ]);
      // Not while nobody is there to take it, nor where the disk does not.
      this.server?.journal.append([recordOfFact(fact, this.server.clock.now())]).catch(() => {});
      this.planChange();
    });
  }

  /** Somebody says who drives a vehicle, or who did, or that it was nobody; often a few at once. */
  private planAssignment(): void {
    this.time.after(this.fate.between(1_000, this.fate.pick([20_000, 60_000])), () => {
      if (this.healthy) return;
      const facts = Array.from({ length: this.fate.pick([1, 1, 1, 3]) }, () => this.assignment());
      const { server } = this;
      server?.journal.append(facts.map(fact => recordOfFact(fact, server.clock.now()))).catch(() => {});
      this.planAssignment();
    });
  }

  private assignment(): Fact {
    const { fate, time } = this;
    const vehicle = fate.pick(this.devices).id;
    const id = `as-${vehicle}-${fate.below(4)}`;
    if (fate.of(0.25)) return { type: 'assignment_deleted', id, vehicle };
    const from = START + fate.below(time.now - START + 20_000);
    const to = fate.of(0.5) ? null : from + fate.between(1_000, 180_000);
    return { type: 'assignment_put', assignment: { id, vehicle, driver: `d-${fate.below(5)}`, from, to } };
  }

  setClock(error: number): void {
    this.clockError = error;
    if (this.server) this.server.clock.error = error;
  }

  private planFault(): void {
    this.time.after(this.chance.between(500, this.faultEvery), () => {
      if (this.healthy) return;
      const { name, end } = this.chance.pick(this.faults)(this);
      this.tell(name);
      if (end) this.time.after(this.chance.between(500, 45_000), end);
      this.planFault();
    });
  }

  private tell(what: string): void {
    this.story.push(`${((this.time.now - START) / 1_000).toFixed(1)} s ${what}`);
  }

  private heal(): void {
    this.healthy = true;
    Object.assign(this.network, { down: false, loses: 0, doubles: 0, newestFirst: false });
    Object.assign(this.disk.weather, { full: false, slow: 0, failing: 0 });
    Object.assign(this.database.weather, { down: false, slow: 0, deadlocks: 0, cutAfterCommit: 0 });
    this.stageFails = 0;
    this.setClock(0);
    this.tell('all is well again');
  }

  private async settle(last: Instant): Promise<void> {
    const deadline = last + PATIENCE;
    await this.time.runUntil(last + TAIL);
    const done = () =>
      this.devices.every(({ waiting }) => waiting === 0) && this.server?.rollUp !== undefined && this.server.settled();
    while (!done() && this.time.now < deadline) await this.time.runUntil(this.time.now + 1_000);
    if (!this.devices.every(({ waiting }) => waiting === 0)) this.wrong.push('a device was never acknowledged for all it has');
    if (this.server === undefined) return;
    const stopped = this.server.stop();
    await this.time.runUntil(this.time.now + 20_000);
    await stopped;
    if (this.server.rollUp.pending() > 0) this.wrong.push(`${this.server.rollUp.pending()} rows never reached SQL`);
    if (this.server.rejected.length > 0) this.wrong.push('a row was rejected');
  }

  private end(): WorldEnd {
    const { wrong, disk, database, events, story } = this;
    const stream = this.storedStream();
    wrong.push(...wrongInStream(this.stream, stream));
    const told = new Map([...this.outbox].map(([key, cursor]) => [key, stream[cursor - 1]?.alert.id ?? 'nothing']));
    const alerts = [...disk.entries]
      .filter(([key]) => key.startsWith('alerts/by-id/'))
      .map(([, text]) => JSON.parse(text) as Alert);
    return { wrong, disk, database, alerts, events, told, changed: this.kind.changing === true, pace: this.kind.pace, story };
  }

  private storedStream(): AlertEntry[] {
    return [...this.disk.entries]
      .filter(([key]) => key.startsWith('alerts/stream/'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => JSON.parse(text) as AlertEntry);
  }
}

/** Cursors have no holes and no doubles; who followed live saw what is stored; an alert is raised once, and again only after a retraction. */
const wrongInStream = (told: readonly AlertEntry[], stored: readonly AlertEntry[]): string[] => {
  const wrong: string[] = [];
  stored.forEach(({ cursor }, i) => {
    if (cursor !== i + 1) wrong.push(`cursor ${cursor} stands at place ${i + 1}`);
  });
  let newest = 0;
  for (const { cursor, change, alert } of told) {
    if (cursor <= newest) wrong.push(`cursor ${cursor} was told after ${newest}`);
    newest = cursor;
    const kept = stored[cursor - 1];
    if (kept?.alert.id !== alert.id || kept.change !== change)
      wrong.push(`cursor ${cursor} was told as something else than is stored`);
  }
  const standing = new Set<string>();
  for (const { change, alert } of stored) {
    if (change === 'raised' && standing.has(alert.id)) wrong.push(`${alert.kind} ${alert.id} was raised twice`);
    if (change === 'raised') standing.add(alert.id);
    if (change === 'retracted') standing.delete(alert.id);
  }
  return wrong;
};
