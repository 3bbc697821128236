import { LevelJournal } from '../src/adapters/leveldb/leveldb-journal.js';
import type { NewRecord } from '../src/model/record.js';
import type { Instant } from '../src/model/units.js';
import { LAP, lap } from '../src/simulator/load/load-script.js';
import { MessageTemplate } from '../src/simulator/load/message-template.js';
import { recordOfFact } from '../src/streams/fleet-registry.js';

export interface JournalToWrite {
  vehicles: number;
  events: number;
  /** A divisor of 80. */
  eventsPerMessage: number;
  /** Event time of the first, ms. Each vehicle says something once a second. */
  from: number;
}

const PLACES = 32;

/** The messages of a fleet at 1 Hz as a listener records them, with the ticks between, in groups of a second or less. */
export function* journalGroups({ vehicles, events, eventsPerMessage, from }: JournalToWrite): Generator<NewRecord[], void> {
  const templates = Array.from({ length: PLACES }, (_, place) => {
    const points = lap(place, place % 8 === 0);
    return Array.from(
      { length: LAP / eventsPerMessage },
      (_, i) => new MessageTemplate(points.slice(i * eventsPerMessage, (i + 1) * eventsPerMessage)),
    );
  });
  const ids = Array.from({ length: vehicles }, (_, i) => `tail-${i}`);
  let left = events;
  for (let second = 0; left > 0; second++) {
    const received = from + second * 1_000;
    const group: NewRecord[] = [recordOfFact({ type: 'tick', at: received }, received)];
    // Each vehicle sends when it has gathered a message: in every second as many as in the others.
    for (let v = second % eventsPerMessage; v < vehicles && left > 0; v += eventsPerMessage) {
      const message = Math.floor(second / eventsPerMessage);
      const its = templates[v % PLACES]!;
      const template = its[message % its.length]!;
      const body = Buffer.allocUnsafe(template.bytes.length);
      template.write(body, 0, received - (eventsPerMessage - 1) * 1_000, 1_000, 100_000_000 + message * eventsPerMessage);
      const id = ids[v]!;
      const header = headerOf(id, received);
      group.push({ key: id, header, body });
      left -= eventsPerMessage;
      if (group.length === 4_000) yield group.splice(0);
    }
    yield group;
  }
}

/** Of a message as a device of that name sends it. */
export const headerOf = (id: string, received: Instant) => ({
  kind: 'message' as const,
  received,
  format: 'telltale-v1',
  device: id,
  topic: `telltale/v1/${id}/events`,
  dup: false,
});

/**
 * Appends them to the journal of a data directory that no server has open.
 * @param before goes before all others
 * @returns bytes of the bodies
 */
export const writeJournal = async (
  directory: string,
  partitions: number,
  what: JournalToWrite,
  before: readonly NewRecord[] = [],
): Promise<number> => {
  const journal = await LevelJournal.open({
    directory,
    partitions,
    segmentAge: 10 * 86_400_000,
    tailBytes: 1,
    writeAtOnce: 8_192,
  });
  let bytes = 0;
  // Two at a time: one is made while the other is written.
  let writing: Promise<unknown> = journal.append(before);
  for (const group of journalGroups(what)) {
    for (const { body } of group) bytes += body.length;
    await writing;
    writing = journal.append(group);
  }
  await writing;
  await journal.close();
  return bytes;
};
