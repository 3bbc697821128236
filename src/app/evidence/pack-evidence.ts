import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { tripWire } from '../../api/wire/trip.js';
import type { Alert } from '../../model/alert.js';
import { BusyError, ExpiredError, PrivateError, TooMuchError } from '../../model/history-errors.js';
import type { Offset } from '../../model/record.js';
import { digestOf } from '../../model/record-chain.js';
import type { TripOutcome } from '../../model/trip.js';
import { hours } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';
import type { Database } from '../../ports/database.js';
import type { Evidence, Signer } from '../../ports/evidence.js';
import type { ChainedJournal } from '../../ports/journal.js';
import type { SharedFact } from '../../streams/fold/conditions.js';
import { readingsOf } from '../../streams/fold/history.js';
import type { Past } from '../../streams/history/past.js';
import { neverPrivate, privacyOf } from '../../streams/history/private-records.js';
import { type HeadSigner, headOf, type SignedHeads } from '../../streams/history/signed-heads.js';
import type { Slice } from '../../streams/history/slice.js';
import type { FoldedEvidence, FoldsEvidence } from './fold-evidence.js';
import { MANIFEST, type Manifest, PACK_FORMAT, type PackedBlock, SIGNATURE } from './pack-contents.js';
import { reportPage } from './report-page.js';
import { type PackFile, sealedZip } from './sealed-zip.js';

export interface EvidenceParts {
  past: Past;
  folds: FoldsEvidence;
  journal: ChainedJournal;
  heads: HeadSigner;
  signer: Signer;
  database: Pick<Database, 'alerts'>;
  clock: Clock;
  journalId: string;
  version: string;
  breathe: () => Promise<void>;
}

/** One pack at a time: each reads and folds much. */
const AT_ONCE = 2;
const RECORDS = 300_000;
const RAW_BYTES = 512 * 1024 * 1024;
const ALERTS = 1_000;
/** Alerts of one trip that are explained; the others are listed. */
const EXPLAINED = 100;
/** After its last reading a trip is still open for a while. */
const AFTER_END = hours(2);
const BLOCKS_CLOSE_WITHIN = 10_000;
/** Readings that the charts of the report are drawn from. */
const CHARTED = 1_500;

/** Packs what proves a trip: records, what they were folded with, what came of it, and the hash chain up to a signed head. */
export class PackEvidence implements Evidence {
  private running = 0;

  constructor(private readonly parts: EvidenceParts) {}

  publicKey() {
    const { publicKey, fingerprint } = this.parts.signer;
    return { algorithm: 'Ed25519' as const, public_key: publicKey, fingerprint };
  }

  async pack(trip: TripOutcome, showsPrivate: boolean): Promise<AsyncIterable<Uint8Array>> {
    if (this.running >= AT_ONCE) throw new BusyError(`${AT_ONCE} packs are being made: ask again in a moment.`);
    this.running++;
    try {
      const prepared = await this.prepare(trip, showsPrivate);
      return this.pieces(prepared);
    } catch (error) {
      this.running--;
      throw error;
    }
  }

  private async *pieces(prepared: Prepared): AsyncGenerator<Uint8Array, void> {
    try {
      yield* sealedZip(this.files(prepared));
    } finally {
      this.running--;
    }
  }

  /** All that can go wrong goes wrong here, before the first byte. */
  private async prepare(trip: TripOutcome, showsPrivate: boolean): Promise<Prepared> {
    const { past, folds, journal, clock, database, heads } = this.parts;
    const now = clock.now();
    const slice = await past.slice(trip.vehicle, trip.startedAt, Math.min(now, trip.endedAt + AFTER_END));
    if (!slice?.whole || trip.from < past.journal.oldest())
      throw new ExpiredError('The raw records of this trip are older than is kept. The trip itself stays.', { trip: trip.id });
    const last = await this.lastOffset(slice);
    // Records are in the chain within ten seconds; who asks for a pack need not wait for so long.
    journal.askForBlocks();
    const isChained = () => (journal.chainHeads().get(slice.partition)?.to ?? 0) >= last;
    for (let waited = 0; !isChained() && waited < BLOCKS_CLOSE_WITHIN; waited += 100) {
      await sleep(100);
      journal.askForBlocks();
    }
    if (!isChained()) throw new BusyError('The newest records are not in the hash chain yet: ask again in a moment.');
    await heads.sign(now);
    const anchor = await this.anchor(slice, last);
    if (!showsPrivate) await this.refusePrivate(slice, anchor.to);
    const page = { trip: trip.id, vehicle: trip.vehicle, limit: ALERTS, cursor: undefined };
    const { items: alerts } = await database.alerts(page);
    const kept = alerts.filter(alert => Number(alert.evidence.split('-')[0]) >= past.journal.oldest());
    const question = { slice, trip, alerts: kept.slice(0, EXPLAINED), lines: RECORDS, points: CHARTED };
    const folded = await folds.evidence(question);
    return { trip, slice, now, alerts, folded, anchor, facts: await this.factsFor(slice, anchor.to) };
  }

  /**
   * Bytes that a place was taken from prove nothing, so that a pack has all of them or is not made.
   * @throws {PrivateError}
   */
  private async refusePrivate({ vehicle, attributes, base }: Slice, to: Offset): Promise<void> {
    const { past, breathe } = this.parts;
    const isPrivate = privacyOf(attributes);
    if (isPrivate === neverPrivate) return;
    const refuse = (): never => {
      throw new PrivateError(
        'The records of this trip hold places of a private trip: an administrator may ask for them with `private=show`.',
        { vehicle },
      );
    };
    // A memory knows where the vehicle was last.
    if (base.memory !== null && isPrivate(base.next, base.at)) refuse();
    const conditions = await past.conditions();
    for await (const batch of past.journal.ofVehicle(vehicle, base.next, to)) {
      for (const record of batch) {
        const { offset, header } = record;
        if (header.kind !== 'message') continue;
        const readings = readingsOf(record, conditions.namesAt);
        // What cannot be read may be anything.
        if (readings.length === 0 ? isPrivate(offset, header.received) : readings.some(({ at }) => isPrivate(offset, at)))
          refuse();
      }
      await breathe();
    }
  }

  private async lastOffset(slice: Slice): Promise<Offset> {
    let [last, records, bytes] = [0, 0, 0];
    for await (const batch of this.parts.past.journal.ofVehicle(slice.vehicle, slice.base.next, slice.to)) {
      for (const { offset, body } of batch) {
        last = offset;
        records++;
        bytes += body.length;
      }
      if (records > RECORDS || bytes > RAW_BYTES)
        throw new TooMuchError(`A pack holds at most ${RECORDS} records and ${RAW_BYTES / 1024 / 1024} MiB of them.`);
    }
    return last;
  }

  /** The first signed head over everything, and those before it. */
  private async anchor({ partition, base, vehicle }: Slice, last: Offset): Promise<Anchor> {
    const { heads, past } = this.parts;
    let from = 0;
    for await (const batch of past.journal.ofVehicle(vehicle, base.next, last)) {
      from = batch[0]?.header.received ?? 0;
      break;
    }
    const signed: SignedHeads[] = [];
    for await (const each of heads.since(from)) {
      const head = headOf(each, partition);
      if (!head) continue;
      signed.push(each);
      if (head[0] >= last) return { signed, to: head[0] };
    }
    throw new BusyError('No signed head covers these records yet: ask again in a moment.');
  }

  /** What was in force, of what concerns this vehicle: no other's id is told, and no secret's hash. */
  private async factsFor({ vehicle, base }: Slice, to: Offset): Promise<PackedFact[]> {
    const devices = new Set<string>();
    for await (const batch of this.parts.past.journal.ofVehicle(vehicle, base.next, to))
      for (const { header } of batch) devices.add(header.device);
    const facts: PackedFact[] = [];
    for (const { offset, fact } of await this.parts.past.facts()) {
      const told = offset <= to ? toldOf(fact, vehicle, devices) : undefined;
      if (told) facts.push({ offset, fact: told });
    }
    return facts;
  }

  private async *files(prepared: Prepared): AsyncIterable<PackFile> {
    const { trip, slice, now, alerts, folded, anchor, facts } = prepared;
    const { whys, csv, samples } = folded;
    const { signer, journalId, version } = this.parts;
    const listed: Manifest['files'] = [];
    const noted = (name: string, pieces: PackFile['pieces']): PackFile => ({ name, pieces: hashed(name, pieces, listed) });
    yield noted('trip.json', [JSON.stringify(tripWire(trip))]);
    yield noted('checkpoint.json', [JSON.stringify(slice)]);
    yield noted('facts.json', [JSON.stringify(facts)]);
    const before = await this.parts.journal.headBefore(slice.partition, slice.base.next);
    const own: Offset[] = [];
    yield noted('records.jsonl', this.records(slice, before.to + 1, anchor.to, own));
    yield noted('blocks.jsonl', this.blocks(slice, before, anchor.to, own));
    yield noted(
      'heads.jsonl',
      anchor.signed.map(each => `${JSON.stringify(each)}\n`),
    );
    yield noted('series.csv', [csv]);
    yield noted('alerts.json', [JSON.stringify({ alerts, why: Object.fromEntries(whys.map(why => [why.alert.id, why])) })]);
    yield noted('report.html', [reportPage({ trip: tripWire(trip), alerts, whys, samples, signer })]);
    const manifest: Manifest = {
      format: PACK_FORMAT,
      made_at: new Date(now).toISOString(),
      version,
      journal: journalId,
      vehicle: trip.vehicle,
      trip: trip.id,
      now,
      partition: slice.partition,
      public_key: signer.publicKey,
      files: listed,
    };
    const text = JSON.stringify(manifest, undefined, 1);
    yield { name: MANIFEST, pieces: [text] };
    yield { name: SIGNATURE, pieces: [signer.sign(Buffer.from(text))] };
  }

  private async *records({ vehicle }: Slice, from: Offset, to: Offset, own: Offset[]): AsyncIterable<string> {
    for await (const batch of this.parts.journal.recorded(vehicle, from, to)) {
      for (const { offset } of batch) own.push(offset);
      yield batch
        .map(({ offset, value }) => `${JSON.stringify({ offset, value: Buffer.from(value).toString('base64') })}\n`)
        .join('');
    }
  }

  private async *blocks(
    { partition, base }: Slice,
    before: { to: Offset; head: Uint8Array },
    to: Offset,
    own: readonly Offset[],
  ) {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const line = (block: PackedBlock): string => `${JSON.stringify(block)}\n`;
    yield line({ to: before.to, head: hex(before.head) });
    let next = 0;
    for await (const block of this.parts.journal.blocks(partition, base.next, to)) {
      const first = next;
      while (next < own.length && own[next]! <= block.to) next++;
      const { to: end, head, parts } = block;
      const inside = next > first ? { parts: parts.map(hex) } : { digest: hex(digestOf(parts)) };
      yield line({ to: end, head: hex(head), ...inside });
    }
  }
}

interface PackedFact {
  offset: Offset;
  fact: SharedFact;
}

const toldOf = (fact: SharedFact, vehicle: string, devices: ReadonlySet<string>): SharedFact | undefined => {
  if (fact.type === 'device_deleted') return devices.has(fact.id) ? fact : undefined;
  if (fact.type === 'device_put') {
    const { id, signal_names = null } = fact.device;
    // Of a device nothing else counts in a fold.
    return devices.has(id) ? ({ type: 'device_put', device: { id, vehicle, signal_names } } as SharedFact) : undefined;
  }
  const named = fact.type === 'rule_put' ? (fact.rule.applies_to.vehicles ?? []) : [];
  if (fact.type !== 'rule_put' || named.length === 0) return fact;
  const { rule } = fact;
  // For others only, it is no rule for this one.
  if (!named.includes(vehicle)) return { type: 'rule_deleted', id: rule.id };
  return { ...fact, rule: { ...rule, applies_to: { ...rule.applies_to, vehicles: [vehicle] } } };
};

interface Anchor {
  signed: SignedHeads[];
  to: Offset;
}

interface Prepared {
  trip: TripOutcome;
  slice: Slice;
  now: number;
  alerts: Alert[];
  folded: FoldedEvidence;
  anchor: Anchor;
  facts: PackedFact[];
}

/** Passes pieces on, and lists the file when it is whole. */
async function* hashed(name: string, pieces: PackFile['pieces'], listed: Manifest['files']): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces) {
    const part = typeof piece === 'string' ? Buffer.from(piece) : piece;
    hash.update(part);
    bytes += part.length;
    yield part;
  }
  listed.push({ name, bytes, sha256: hash.digest('hex') });
}
