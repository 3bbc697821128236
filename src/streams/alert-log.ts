import type { Alert } from '../model/alert.js';
import type { Counters } from '../model/counters.js';
import type { AlertId, VehicleId } from '../model/ids.js';
import type { Offset, Partition } from '../model/record.js';
import type { Instant } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { AlertEntry, AlertStream } from '../ports/live.js';
import type { StateStore, StateWrite } from '../ports/state-store.js';
import { applyEffect, carryOver } from './alert-document.js';
import { key, OPEN, pad, STREAM } from './alert-keys.js';
import type { AlertEffect } from './fold/effects.js';
import { markErasing, StreamEraser } from './stream-eraser.js';

/** An alert that viewers were told of for the first time, and what its latency is counted from. */
export interface RaisedAlert {
  alert: Alert;
  /** Of the record that raised it. */
  offset: Offset;
  /** When the fold had found it. */
  foundAt: Instant;
}

interface Waiting {
  effects: readonly AlertEffect[];
  foundAt: Instant;
  resolve(alerts: Alert[]): void;
  reject(error: unknown): void;
}

export interface AlertLogOptions {
  state: StateStore;
  clock: Clock;
  counters: Counters;
  /** Entries kept for viewers to resume from; older ones are answered with a gap. */
  entriesKept: number;
}

/**
 * The alerts, and the stream of what happened to them. An effect enters once, by its key (partition, offset, n), and gets its cursor then;
 * nothing is sent before it is on disk. Folding the tail again brings the same effects, which are known by their keys.
 */
export class AlertLog implements AlertStream {
  private readonly listeners = new Set<(entry: AlertEntry) => void>();
  private readonly raisedListeners = new Set<(raised: readonly RaisedAlert[]) => void>();
  private readonly open = new Map<VehicleId, Set<AlertId>>();
  /** Those that come while a group is written go into the next one: cursors are given in order, and a sync serves many. */
  private waiting: Waiting[] = [];
  private writing = false;
  private readonly eraser: StreamEraser;
  /** The last effect of each partition that has a key in the outbox: what is behind it is new without a look at the disk. */
  private readonly lastKnown = new Map<Partition, string>();
  private newest = 0;
  private first = 1;
  /** A write failed, and may stand on disk all the same: what is known here is no longer what is there. */
  private unsure = false;

  private constructor(private readonly options: AlertLogOptions) {
    this.eraser = new StreamEraser(options.state);
  }

  static async load(options: AlertLogOptions): Promise<AlertLog> {
    const log = new AlertLog(options);
    await log.look();
    return log;
  }

  /** Finds out how things stand on disk. */
  private async look(): Promise<void> {
    const { state } = this.options;
    const end = async (reverse: boolean) => {
      for await (const [at] of state.range(STREAM, `${STREAM}\uffff`, { limit: 1, reverse }))
        return Number(at.slice(STREAM.length));
      return undefined;
    };
    const [newest, first] = [(await end(true)) ?? 0, (await end(false)) ?? 1];
    const open: string[] = [];
    for await (const [at] of state.range(OPEN, `${OPEN}\uffff`)) open.push(at.slice(OPEN.length));
    const unfinished = await this.eraser.unfinished();
    this.open.clear();
    for (const at of open) {
      const [vehicle = '', id = ''] = at.split('/');
      this.noteOpen(vehicle, id, true);
    }
    this.lastKnown.clear();
    // What came down with a write that was thought to have failed is told like any other.
    const untold = newest > this.newest && this.unsure ? await this.between(this.newest, newest) : [];
    this.newest = newest;
    this.first = first;
    this.unsure = false;
    this.tell(untold);
    this.erase(unfinished);
  }

  private tell(entries: readonly AlertEntry[]): void {
    this.options.counters.add('alert_changes_total', entries.length);
    for (const entry of entries) for (const listener of this.listeners) listener(entry);
  }

  /**
   * Takes effects in order; resolves when all are on disk and told.
   * @returns the alerts as they are now, also of effects that were known already
   */
  take(effects: readonly AlertEffect[]): Promise<Alert[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ effects, foundAt: this.options.clock.now(), resolve, reject });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0 || this.eraser.busy) {
      if (this.eraser.busy) await this.eraser.step(this.first, this.newest);
      const group = this.waiting;
      if (group.length === 0) continue;
      this.waiting = [];
      try {
        const foundAt = group.flatMap(({ effects, foundAt }) => effects.map(() => foundAt));
        const alerts = await this.takeNow(
          group.flatMap(({ effects }) => effects),
          foundAt,
        );
        for (const { effects, resolve } of group) resolve(alertsOf(effects, alerts));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.writing = false;
  }

  private async takeNow(effects: readonly AlertEffect[], foundAt: readonly Instant[]): Promise<Map<AlertId, Alert>> {
    const { state, clock } = this.options;
    if (this.unsure) await this.look();
    const known = await this.knownOf(effects);
    const alerts = new Map<AlertId, Alert>();
    await this.loadInto(alerts, effects);
    const entries: AlertEntry[] = [];
    const raised: RaisedAlert[] = [];
    const writes: StateWrite[] = [];
    let cursor = this.newest;
    const now = clock.now();
    effects.forEach((effect, i) => {
      if (known[i]) return;
      const latency = 'outcome' in effect ? Math.max(0, now - effect.outcome.raisedAt) : null;
      const before = alerts.get(effect.id);
      const alert = applyEffect(before, effect, latency);
      if (!alert) return;
      alerts.set(alert.id, alert);
      const entry: AlertEntry = { cursor: ++cursor, change: changeOf(effect, before), alert };
      entries.push(entry);
      if (entry.change === 'raised') raised.push({ alert, offset: effect.offset, foundAt: foundAt[i]! });
      writes.push({ put: key.outbox(effect), value: String(entry.cursor) });
      writes.push({ put: key.stream(entry.cursor), value: JSON.stringify(entry) });
      const heir = effect.change === 'retracted' && effect.replacedBy ? alerts.get(effect.replacedBy) : undefined;
      if (!heir || !before || before.notes.length === 0) return;
      // Told as well: who follows the stream sees what people did before on the alert that is there now.
      const heirNow: AlertEntry = { cursor: ++cursor, change: 'updated', alert: carryOver(before, heir) };
      alerts.set(heir.id, heirNow.alert);
      entries.push(heirNow);
      writes.push({ put: key.stream(heirNow.cursor), value: JSON.stringify(heirNow) });
    });
    if (entries.length > 0) {
      for (const alert of alerts.values()) writes.push(...this.documentOf(alert));
      const first = Math.max(this.first, cursor - this.options.entriesKept + 1);
      // What falls out of the stream now that `cursor` is its head.
      for (let gone = this.first; gone < first; gone++) writes.push({ del: key.stream(gone) });
      const erased = effects.flatMap(effect => (effect.change === 'handled' && effect.action === 'erased' ? [effect.id] : []));
      writes.push(...erased.map(markErasing));
      this.unsure = true;
      await state.write(writes, { sync: true });
      this.unsure = false;
      this.erase(erased);
      for (const effect of effects) this.noteKnown(effect);
      this.newest = cursor;
      this.first = first;
      for (const alert of alerts.values()) this.noteOpen(alert.vehicle, alert.id, alert.status === 'open');
      this.tell(entries);
      if (raised.length > 0) for (const listener of this.raisedListeners) listener(raised);
    }
    return alerts;
  }

  /** Beside new entries, and after a crash again. */
  private erase(ids: readonly AlertId[]): void {
    this.eraser.also(ids);
    if (!this.writing && this.eraser.busy) void this.writeAll();
  }

  /** Whether each effect has been taken before. Effects of a partition come in order of their keys, again as at first. */
  private async knownOf(effects: readonly AlertEffect[]): Promise<boolean[]> {
    for (const { partition } of effects) {
      if (this.lastKnown.has(partition)) continue;
      const from = `alerts/outbox/${pad(partition)}/`;
      let last = '';
      for await (const [at] of this.options.state.range(from, `${from}\uffff`, { limit: 1, reverse: true })) last = at;
      this.lastKnown.set(partition, last);
    }
    const keys = effects.map(key.outbox);
    const maybeOld = keys.filter((at, i) => at <= this.lastKnown.get(effects[i]!.partition)!);
    const found = maybeOld.length === 0 ? [] : await this.options.state.getMany(maybeOld);
    const known = new Set(maybeOld.filter((_, i) => found[i] !== undefined));
    // A fold that was started afresh may bring again what still waits of the one before.
    return keys.map(at => known.has(at) || !known.add(at));
  }

  private noteKnown(effect: AlertEffect): void {
    const at = key.outbox(effect);
    if (at > this.lastKnown.get(effect.partition)!) this.lastKnown.set(effect.partition, at);
  }

  private async loadInto(alerts: Map<AlertId, Alert>, effects: readonly AlertEffect[]): Promise<void> {
    const list = [...new Set(idsOf(effects))];
    const texts = await this.options.state.getMany(list.map(key.alert));
    texts.forEach((text, i) => {
      if (text !== undefined) alerts.set(list[i]!, JSON.parse(text) as Alert);
    });
  }

  private documentOf(alert: Alert): StateWrite[] {
    const open = key.open(alert.vehicle, alert.id);
    return [
      { put: key.alert(alert.id), value: JSON.stringify(alert) },
      alert.status === 'open' ? { put: open, value: '' } : { del: open },
    ];
  }

  /** Keys of effects before `offset`: the partition is saved up to there and will not bring them again. */
  async outboxBefore(partition: number, offset: number): Promise<StateWrite[]> {
    const from = `alerts/outbox/${pad(partition)}/`;
    const writes: StateWrite[] = [];
    for await (const [at] of this.options.state.range(from, `${from}${pad(offset)}`)) writes.push({ del: at });
    return writes;
  }

  private noteOpen(vehicle: VehicleId, id: AlertId, open: boolean): void {
    let ids = this.open.get(vehicle);
    if (open) {
      if (!ids) {
        ids = new Set();
        this.open.set(vehicle, ids);
      }
      ids.add(id);
    } else if (ids?.delete(id) && ids.size === 0) this.open.delete(vehicle);
  }

  openAlerts(vehicle: VehicleId): number {
    return this.open.get(vehicle)?.size ?? 0;
  }

  head(): number {
    return this.newest;
  }

  oldest(): number {
    return this.first - 1;
  }

  after(cursor: number, limit: number): Promise<AlertEntry[]> {
    return this.between(cursor, this.newest, limit);
  }

  private async between(cursor: number, newest: number, limit = newest - cursor): Promise<AlertEntry[]> {
    const entries: AlertEntry[] = [];
    for await (const [, text] of this.options.state.range(key.stream(cursor + 1), key.stream(newest + 1), { limit }))
      entries.push(JSON.parse(text) as AlertEntry);
    return entries;
  }

  onEntry(listener: (entry: AlertEntry) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Told of alerts that were raised, right after their entries were told. */
  onRaised(listener: (raised: readonly RaisedAlert[]) => void): () => void {
    this.raisedListeners.add(listener);
    return () => this.raisedListeners.delete(listener);
  }

  async alert(id: AlertId): Promise<Alert | undefined> {
    const text = await this.options.state.get(key.alert(id));
    return text === undefined ? undefined : (JSON.parse(text) as Alert);
  }
}

/** The alerts that effects are about, and their heirs. */
const alertsOf = (effects: readonly AlertEffect[], alerts: ReadonlyMap<AlertId, Alert>): Alert[] => {
  const found = new Set<Alert>();
  for (const id of idsOf(effects)) {
    const alert = alerts.get(id);
    if (alert) found.add(alert);
  }
  return [...found];
};

const idsOf = (effects: readonly AlertEffect[]): AlertId[] =>
  effects.flatMap(effect => [effect.id, ...(effect.change === 'retracted' && effect.replacedBy ? [effect.replacedBy] : [])]);

const changeOf = (effect: AlertEffect, before: Alert | undefined): AlertEntry['change'] => {
  if (effect.change === 'handled') {
    if (effect.action === 'contested' || effect.action === 'contest_rejected' || effect.action === 'erased') return 'updated';
    return effect.action === 'void' ? 'voided' : effect.action;
  }
  if (effect.change === 'raised' && before && before.status !== 'retracted') return 'updated';
  return effect.change;
};
