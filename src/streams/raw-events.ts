import { ExpiredError, UnknownPlaceError } from '../model/history-errors.js';
import type { VehicleId } from '../model/ids.js';
import type { Reading } from '../model/reading.js';
import type { JournalRecord, Offset } from '../model/record.js';
import type { Instant } from '../model/units.js';
import type { Page } from '../ports/database.js';
import type { Journal } from '../ports/journal.js';
import type { Decoded } from '../protocols/protocol.js';
import { readPayload } from '../protocols/telltale-v1/read-payload.js';
import { SentText } from '../protocols/telltale-v1/sent-text.js';
import { decodeRecordBody } from './fold/history.js';
import { EarlierCopies } from './history/earlier-copies.js';
import { type IsPrivate, neverPrivate, withoutPlace } from './history/private-records.js';

/** A record of a device, as it came, with what it says. */
export interface RawRecord {
  offset: Offset;
  received_at: string;
  topic: string;
  /** As sent; what cannot be read is a text. */
  events: unknown[];
  /** Every event of it had been received before. */
  duplicate: boolean;
}

/** A page has no more of what was sent, but for a single record: one of a thousand that are 256 KiB each would be a gigabyte of this process. */
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Records of one vehicle that arrived, or hold an event that happened, within `from` ≤ t < `to`; in order of arrival.
 * @param cursor `next` of the page before: everything up to there was looked at. A page costs what it holds, but where events came late or again:
 * then also what came before it since an hour before they happened
 * @param limit of records; large ones make a page shorter, and `next` leads on
 * @param kept where to look, ascending, since when records are kept where older ones are gone, and of which events the place stays out
 * @throws {ExpiredError} there are none, and the range begins before what is kept
 * @throws {UnknownPlaceError} a cursor that no page had
 */
export const rawRecords = async (
  journal: Pick<Journal, 'ofVehicle' | 'offsetAt'>,
  vehicle: VehicleId,
  range: { from: Instant | undefined; to: Instant | undefined },
  cursor: string | undefined,
  limit: number,
  { ranges, since, hides = neverPrivate }: Kept = EVERYWHERE,
): Promise<Page<RawRecord>> => {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
  const place = cursor === undefined ? { after: -1, newest: undefined } : placeOf(cursor);
  const start = Math.max(place.after + 1, ranges[0]?.[0] ?? 0);
  const unknown = start > 1 ? Number.POSITIVE_INFINITY : 0;
  const copies = new EarlierCopies(journal, vehicle, start, place.newest ?? unknown, readingsIn);
  const within = (at: Instant): boolean => at >= from && at < to;
  const items: RawRecord[] = [];
  let bytes = 0;
  for (const [first, last] of ranges) {
    if (last < start) continue;
    for await (const batch of journal.ofVehicle(vehicle, Math.max(first, start), last)) {
      for (const record of batch) {
        if (record.header.kind !== 'message') continue;
        const { events, readings } = contentOf(record, hides);
        const { newest } = copies;
        const duplicate = await copies.note(readings);
        if (!within(record.header.received) && !readings.some(({ at }) => within(at))) continue;
        const { offset, header } = record;
        bytes += record.body.length;
        if (items.length === limit || (items.length > 0 && bytes > PAGE_BYTES)) return { items, next: `${offset - 1}-${newest}` };
        items.push({ offset, received_at: new Date(header.received).toISOString(), topic: header.topic, events, duplicate });
      }
    }
  }
  if (items.length === 0 && cursor === undefined && since !== undefined && from < since) {
    throw new ExpiredError(
      `Raw records are kept since ${new Date(since).toISOString()}; what was computed from older ones stays.`,
    );
  }
  return { items, next: null };
};

/** `<offset>-<newest event up to it>`; pages of before had the offset alone. */
const PLACE = /^(\d{1,15})(?:-(\d{1,16}))?$/;

const placeOf = (cursor: string): { after: Offset; newest: Instant | undefined } => {
  const [, after, newest] = PLACE.exec(cursor) ?? [];
  if (after === undefined) throw new UnknownPlaceError('the cursor is none that a page had', { cursor: cursor.slice(0, 100) });
  return { after: Number(after), newest: newest === undefined ? undefined : Number(newest) };
};

interface Kept {
  ranges: readonly (readonly [Offset, Offset])[];
  since: Instant | undefined;
  hides?: IsPrivate;
}

/** What is shown is what was sent, whatever its owner calls it. */
const noNames = () => undefined;
const PRIVATE = { private: true } as const;
const EVERYWHERE: Kept = { ranges: [[0, Number.MAX_SAFE_INTEGER]], since: undefined };

const contentOf = (record: JournalRecord, hides: IsPrivate): { events: unknown[]; readings: Reading[] } => {
  const { offset, header } = record;
  // When it happened, nobody can tell of what cannot be read.
  const hidesAll = hides(offset, header.received);
  let decoded: Decoded;
  try {
    decoded = decodeRecordBody(record, noNames);
  } catch {
    // In quarantine as poison; here it is shown as it came.
    return { events: [hidesAll ? PRIVATE : Buffer.from(record.body).toString()], readings: [] };
  }
  const { readings, faults } = decoded;
  const hidesSome = hidesAll || readings.some(({ at }) => hides(offset, at));
  const sent = readings.some(({ source }) => isUnread(source)) ? eventsIn(record.body) : [];
  const parts = [
    ...readings.map(reading => {
      const { n, at, source } = reading;
      return { n, event: hides(offset, at) ? withoutPlace(reading) : isUnread(source) ? sent[n] : source };
    }),
    ...faults.map(({ n, part }) => ({
      n,
      event: hidesSome ? PRIVATE : part === undefined ? Buffer.from(record.body).toString() : parsed(part),
    })),
  ];
  return { events: parts.sort((a, b) => a.n - b.n).map(({ event }) => event), readings };
};

const readingsIn = (record: JournalRecord): readonly Reading[] => {
  try {
    return decodeRecordBody(record, noNames).readings;
  } catch {
    return [];
  }
};

/** Plain events are not read as JSON on their way in, and those that carry a number keep no text of their own: they are told apart by it. */
const isUnread = (source: unknown): boolean => source === undefined || source instanceof SentText;

/** The whole message, read as JSON or CBOR. */
const eventsIn = (body: Uint8Array): unknown[] => {
  const payload = readPayload(body);
  if ('fault' in payload) return [];
  return Array.isArray(payload.value) ? payload.value : [payload.value];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
