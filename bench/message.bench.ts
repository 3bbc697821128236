import { gatedSink } from '../src/adapters/mqtt/broker-gate.js';
import { BatchesIn } from '../src/adapters/mqtt/thread/batches-in.js';
import { MessagePacker } from '../src/adapters/mqtt/thread/message-batch.js';
import { giveWayEvery } from '../src/adapters/system/give-way-every.js';
import type { NewRecord } from '../src/model/record.js';
import type { Clock } from '../src/ports/clock.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { deviceGate } from '../src/streams/device-gate.js';
import { FleetRegistry, recordOfFact } from '../src/streams/fleet-registry.js';
import { LocalShards } from '../src/streams/fold/local-shards.js';
import { Ingest, ingestLimits } from '../src/streams/ingest.js';
import { type CpuSpent, cpuEach, cpuSpent } from './cpu-spent.js';
import type { Figure } from './figure.js';
import { FROM, fleetMessages } from './fleet-messages.js';
import { nobodyFolds } from './nobody-folds.js';
import { openPipeline } from './open-pipeline.js';

const BATCHES_ON_THEIR_WAY = 3;

const clock: Clock = {
  now: () => FROM,
  after: (delay, then) => {
    const timer = setTimeout(then, delay);
    return () => clearTimeout(timer);
  },
  every: () => () => {},
};

/** Messages as the broker's thread sends them. */
const packed = (
  records: readonly NewRecord[],
  atOnce: number,
): { batch: ArrayBuffer | SharedArrayBuffer; messages: number }[] => {
  const batches: { batch: ArrayBuffer | SharedArrayBuffer; messages: number }[] = [];
  const packer = new MessagePacker();
  for (let at = 0; at < records.length; at += atOnce) {
    const some = records.slice(at, at + atOnce);
    for (const { header, body } of some) {
      const { device, topic } = header;
      packer.add({ device, topic, payload: body, qos: 1, dup: false, stored: false, received: FROM });
    }
    batches.push({ batch: packer.pack(at), messages: some.length });
  }
  return batches;
};

/** @param folded else nobody folds @param copies of 200 vehicles */
const measure = async (folded: boolean, perMessage: number, copies: number, atOnce: number): Promise<CpuSpent> => {
  const { journal, state, counters, quarantine, close } = await openPipeline(clock, parts =>
    folded ? new LocalShards({ ...parts, giveWay: giveWayEvery(5) }) : nobodyFolds(),
  );
  const registry = new FleetRegistry({ journal, state, clock, inForce: async () => {}, deviceGone() {} });
  await registry.start();
  await journal.append(defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, FROM)));
  const ingest = new Ingest({
    journal,
    registry,
    quarantine,
    clock,
    counters,
    tell() {},
    registerOnSight: true,
    behind: () => journal.behind(),
    ...ingestLimits,
  });
  let answered = 0;
  let wake = () => {};
  const sink = gatedSink(deviceGate(registry, clock, true), ingest);
  const batches = new BatchesIn(sink, runs => {
    for (let i = 1; i < runs.length; i += 3) answered += runs[i]!;
    wake();
  });
  const feed = async (all: readonly { batch: ArrayBuffer | SharedArrayBuffer; messages: number }[]): Promise<void> => {
    let given = 0;
    answered = 0;
    for (const { batch, messages } of all) {
      batches.take(batch);
      given += messages;
      // Waiting costs nothing: what is asked for again and again would be counted as work.
      while (given - answered >= BATCHES_ON_THEIR_WAY * atOnce)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
    }
    while (answered < given || journal.behind() > 0) await new Promise(resolve => setTimeout(resolve, 5));
  };
  try {
    // The first fleet gets the code compiled; the second has to be registered, and is measured from its second message on.
    await feed(packed(fleetMessages(perMessage, copies, 'a'), atOnce));
    const second = fleetMessages(perMessage, copies, 'b');
    const vehicles = 200 * copies;
    await feed(packed(second.slice(0, vehicles), atOnce));
    const rest = packed(second.slice(vehicles), atOnce);
    const before = await cpuSpent();
    await feed(rest);
    const after = await cpuSpent();
    const messages = second.length - vehicles;
    return cpuEach(before, after, messages);
  } finally {
    await close();
  }
};

/**
 * What a message costs behind the thread of the broker, from the block of memory it came in to its answer and the end of its fold, by CPU time: of the
 * main thread, and of all (the collector's helpers, LevelDB's). Linux only: it asks /proc.
 */
export const run = async (): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const [perMessage, copies, atOnce] of [
    [1, 5, 400],
    [10, 15, 200],
  ] as const) {
    const note = `${perMessage} events a message, ${200 * copies} vehicles, ${atOnce} messages a batch`;
    const name = perMessage === 1 ? 'message.single' : `message.arrays_of_${perMessage}`;
    for (const folded of [false, true]) {
      const { main, all } = await measure(folded, perMessage, copies, atOnce);
      const what = folded ? 'folded' : 'nobody folds';
      figures.push(
        { name: `${name}.${folded ? 'folded' : 'recorded'}.main`, value: main, unit: 'us/message', note: `${note}, ${what}` },
        { name: `${name}.${folded ? 'folded' : 'recorded'}.all`, value: all, unit: 'us/message', note: `${note}, ${what}` },
      );
    }
  }
  return figures;
};
