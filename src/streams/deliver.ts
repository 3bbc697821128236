import { map } from 'rxjs';
import type { Counters } from '../model/counters.js';
import type { Silence } from '../model/outage.js';
import type { Quarantine } from '../ports/live.js';
import { protocolNamed } from '../protocols/index.js';
import type { AlertLog } from './alert-log.js';
import type { RefusalEffect } from './fold/effects.js';
import type { FoldedPartition } from './fold/fold-shards.js';
import type { FoldedRun } from './fold-partitions.js';
import { quarantineEntry } from './quarantine-entry.js';
import type { RollUp } from './roll-up.js';
import type { Stage } from './stage.js';

export interface DeliverPorts {
  alerts: AlertLog;
  quarantine: Quarantine;
  rollUp: RollUp;
  counters: Counters;
  /** Tells a device something; best effort. */
  tell(topic: string, message: { reason: string; detail: string }): void;
  /** Vehicles whose live state changed. */
  changed(vehicles: Iterable<string>): void;
  /** Devices that will be silent for too long in a moment. */
  silent?(silences: readonly Silence[]): void;
}

export interface DeliveredRun extends FoldedRun {
  /** Resolves when all is carried out; absent where that was done at once. */
  carriedOut?: Promise<unknown>;
}

/**
 * Carries out what the fold found: alerts to disk and viewers, rows to the roll-up, refusals to quarantine and device. Partitions do not
 * wait for each other, so that alerts of many go into one write; the next hand-over comes when this one has settled.
 */
export const deliver =
  (ports: DeliverPorts): Stage<FoldedRun, DeliveredRun> =>
  runs$ =>
    runs$.pipe(
      map(run => {
        const waiting: Promise<void>[] = [];
        for (const folded of run.partitions) {
          const work = carryOut(ports, folded);
          if (work) waiting.push(work);
        }
        if (waiting.length === 0) return run;
        const carriedOut = Promise.all(waiting);
        carriedOut.catch(() => {}); // heard where it is awaited, which may be later
        return { ...run, carriedOut };
      }),
    );

/** @returns undefined where nothing has to be waited for, as with nearly all */
const carryOut = (ports: DeliverPorts, folded: FoldedPartition): Promise<void> | undefined => {
  const { alerts, rows, refusals, changed, silences } = folded.effects;
  // First of all: whether they are many is found out before they are due.
  if (silences) ports.silent?.(silences);
  if (alerts.length > 0 || refusals.length > 0) return carryOutSurely(ports, folded);
  if (rows.length > 0) ports.rollUp.put(folded.partition, rows);
  if (changed.length > 0) ports.changed(changed);
  return undefined;
};

/** Alerts first, and on disk before anything else is told. */
const carryOutSurely = async (ports: DeliverPorts, { partition, effects }: FoldedPartition): Promise<void> => {
  const { alerts, rows, refusals, changed } = effects;
  if (alerts.length > 0) {
    const documents = await ports.alerts.take(alerts);
    ports.rollUp.put(
      partition,
      documents.map(row => ({ table: 'alert', key: row.id, row })),
    );
    // An alert is looked up as soon as it is seen.
    ports.rollUp.hurry();
  }
  if (rows.length > 0) ports.rollUp.put(partition, rows);
  if (refusals.length > 0) await refuse(ports, refusals);
  if (changed.length > 0) ports.changed(changed);
};

/** All of a batch in one write: a device whose clock is years ahead has each of its events refused. */
const refuse = async ({ quarantine, counters, tell }: DeliverPorts, refusals: readonly RefusalEffect[]): Promise<void> => {
  const entries = refusals.map(refusal => quarantineEntry({ ...refusal, id: `r-${refusal.offset}-${refusal.n}` }));
  for (const { device, reason, detail, topic } of await quarantine.addAll(entries)) {
    counters.add(`quarantined_${reason}_total`);
    const errors = device === null ? undefined : protocolNamed('telltale-v1')?.errorTopic?.(device);
    if (errors && topic.startsWith('telltale/')) tell(errors, { reason, detail });
  }
};
