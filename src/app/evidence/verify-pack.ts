import { createHash, createPublicKey, verify } from 'node:crypto';
import { decodeRecord } from '../../adapters/leveldb/record-codec.js';
import type { TripWire } from '../../api/wire/trip.js';
import type { AlertOutcome } from '../../model/alert.js';
import type { JournalRecord, Offset, RecordBatch } from '../../model/record.js';
import { digestOf, headAfter, partOf } from '../../model/record-chain.js';
import { Conditions, type SharedFact } from '../../streams/fold/conditions.js';
import { foldSlice } from '../../streams/history/fold-slice.js';
import { headOf, type SignedHeads } from '../../streams/history/signed-heads.js';
import type { Slice } from '../../streams/history/slice.js';
import {
  MANIFEST,
  type Manifest,
  PACK_FILES,
  PACK_FORMAT,
  type PackedAlerts,
  type PackedRecord,
  SIGNATURE,
} from './pack-contents.js';
import { openSealedZip } from './sealed-zip.js';

/** Something in a pack that is not as it was made. */
export interface PackProblem {
  /** The file, or the ZIP itself. */
  file: string;
  problem: string;
}

export interface Verdict {
  problems: PackProblem[];
  /** What was found to be right, in the order it was looked at. */
  checked: string[];
  manifest: Manifest | undefined;
  /** Of the key that signed it: compare it with the server's. */
  fingerprint: string | undefined;
  /** Whether that key was given from outside. */
  trusted: boolean;
}

const THE_ZIP = 'the ZIP itself';

/**
 * Checks a pack without the server that made it: each byte, the signatures, the hash chain, and that folding the records gives the alerts.
 * @param key the server's public key, PEM; without it the pack's own is used, which proves only that the pack agrees with itself
 */
export const verifyPack = async (bytes: Uint8Array, key: string | undefined): Promise<Verdict> => {
  const verdict: Verdict = { problems: [], checked: [], manifest: undefined, fingerprint: undefined, trusted: key !== undefined };
  const wrong = (file: string, problem: string): void => void verdict.problems.push({ file, problem });
  const { files, problem } = openSealedZip(bytes);
  if (problem) wrong(THE_ZIP, problem);
  for (const [name, content] of files) if (!content) wrong(name, 'it cannot be unpacked');
  const manifest = signedManifest(files, key, verdict, wrong);
  if (manifest) checkFiles(manifest, files, wrong);
  if (verdict.problems.length > 0 || !manifest) return verdict;
  verdict.checked.push(`${files.size} files are as the manifest says`);
  try {
    const pack = readPack(files);
    checkChain(pack, manifest, wrong, verdict);
    await checkFold(pack, manifest, wrong, verdict);
  } catch (error) {
    wrong(THE_ZIP, `it does not hold what such a pack holds: ${(error as Error).message}`);
  }
  return verdict;
};

type Wrong = (file: string, problem: string) => void;
type Files = ReadonlyMap<string, Uint8Array | undefined>;

const textOf = (files: Files, name: string): string => Buffer.from(files.get(name) ?? new Uint8Array()).toString();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const signedManifest = (files: Files, key: string | undefined, verdict: Verdict, wrong: Wrong): Manifest | undefined => {
  const content = files.get(MANIFEST);
  if (!content || !files.get(SIGNATURE)) {
    wrong(content ? SIGNATURE : MANIFEST, 'it is not there');
    return undefined;
  }
  let manifest: Manifest;
  try {
    manifest = JSON.parse(textOf(files, MANIFEST)) as Manifest;
    if (manifest.format !== PACK_FORMAT) throw new Error(`its format is ${String(manifest.format)}, known is ${PACK_FORMAT}`);
    const publicKey = createPublicKey(key ?? manifest.public_key);
    verdict.fingerprint = sha256(publicKey.export({ type: 'spki', format: 'der' }));
    const signature = textOf(files, SIGNATURE);
    const raw = Buffer.from(signature, 'base64');
    // Base64 is lenient: what decodes to the same bytes is not the same text.
    if (raw.toString('base64') !== signature || !verify(null, content, publicKey, raw)) {
      wrong(MANIFEST, key ? 'it is not signed by this key' : 'its signature does not hold');
      wrong(SIGNATURE, 'it is no signature of the manifest');
    }
  } catch (error) {
    wrong(MANIFEST, `it cannot be read: ${(error as Error).message}`);
    return undefined;
  }
  verdict.manifest = manifest;
  return manifest;
};

const checkFiles = (manifest: Manifest, files: Files, wrong: Wrong): void => {
  const listed = new Map(manifest.files.map(file => [file.name, file]));
  for (const name of PACK_FILES) if (!listed.has(name)) wrong(MANIFEST, `${name} is not in it`);
  for (const [name, { bytes, sha256: hash }] of listed) {
    const content = files.get(name);
    if (!files.has(name)) wrong(name, 'it is not there');
    else if (content && (content.length !== bytes || sha256(content) !== hash))
      wrong(name, 'its hash is not that of the manifest');
  }
  for (const name of files.keys())
    if (!listed.has(name) && name !== MANIFEST && name !== SIGNATURE) wrong(name, 'the manifest does not know it');
};

interface Pack {
  trip: TripWire;
  slice: Slice;
  facts: { offset: Offset; fact: SharedFact }[];
  records: { offset: Offset; value: Buffer; record: JournalRecord }[];
  blocks: { to: Offset; head: string; parts?: string[]; digest?: string }[];
  heads: SignedHeads[];
  told: PackedAlerts;
}

const readPack = (files: Files): Pack => {
  const json = <T>(name: string): T => JSON.parse(textOf(files, name)) as T;
  const lines = <T>(name: string): T[] =>
    textOf(files, name)
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as T);
  return {
    trip: json('trip.json'),
    slice: json('checkpoint.json'),
    facts: json('facts.json'),
    records: lines<PackedRecord>('records.jsonl').map(({ offset, value }) => {
      const bytes = Buffer.from(value, 'base64');
      return { offset, value: bytes, record: decodeRecord(offset, bytes) };
    }),
    blocks: lines('blocks.jsonl'),
    heads: lines('heads.jsonl'),
    told: json('alerts.json'),
  };
};

/** Every record stands in a block, every block follows from the one before, and a signed head is over all of them. */
const checkChain = ({ slice, records, blocks, heads }: Pack, manifest: Manifest, wrong: Wrong, verdict: Verdict): void => {
  const [begin, ...rest] = blocks;
  if (!begin) {
    wrong('blocks.jsonl', 'it is empty');
    return;
  }
  if (records.some(({ record }) => record.key !== slice.vehicle)) wrong('records.jsonl', 'a record is of another vehicle');
  const headAt = new Map<Offset, string>();
  let before = begin;
  let at = 0;
  for (const block of rest) {
    const first = at;
    while (at < records.length && records[at]!.offset <= block.to) at++;
    const own = records.slice(first, at);
    if (own.length > 0 && !block.parts?.includes(partOf(own).toString('hex')))
      wrong('records.jsonl', `records ${own[0]!.offset} to ${own[own.length - 1]!.offset} are not those of the hash chain`);
    const digest = block.parts
      ? digestOf(block.parts.map(part => Buffer.from(part, 'hex')))
      : Buffer.from(block.digest ?? '', 'hex');
    const head = headAfter(Buffer.from(before.head, 'hex'), block.to, digest).toString('hex');
    if (head !== block.head || block.to <= before.to)
      wrong('blocks.jsonl', `the block up to ${block.to} does not follow from the one before`);
    headAt.set(block.to, block.head);
    before = block;
  }
  if (at < records.length) wrong('records.jsonl', `record ${records[at]!.offset} stands in no block`);
  const publicKey = createPublicKey(manifest.public_key);
  let covered = 0;
  for (const signed of heads) {
    if (!verify(null, Buffer.from(signed.text), publicKey, Buffer.from(signed.signature, 'base64')))
      wrong('heads.jsonl', 'a signature of a head does not hold');
    const head = headOf(signed, slice.partition);
    const known = head && headAt.get(head[0]);
    if (head && known !== undefined && known !== head[1])
      wrong('heads.jsonl', `the head signed at ${head[0]} is another than that of the chain`);
    if (head && known === head[1]) covered = Math.max(covered, head[0]);
  }
  const last = records[records.length - 1]?.offset ?? 0;
  if (covered < last) wrong('heads.jsonl', 'no signed head is over all records');
  verdict.checked.push(
    `${records.length} records stand in ${rest.length} blocks of the hash chain, under ${heads.length} signed heads`,
  );
};

const checkFold = async (
  { trip, slice, facts, records, told }: Pack,
  manifest: Manifest,
  wrong: Wrong,
  verdict: Verdict,
): Promise<void> => {
  const conditions = new Conditions();
  for (const { offset, fact } of facts) conditions.apply(offset, fact);
  const journal = {
    async *ofVehicle(_vehicle: string, from: Offset, to: Offset): AsyncIterable<RecordBatch> {
      yield records.filter(({ offset }) => offset >= from && offset <= to).map(({ record }) => record);
    },
  };
  const { lateness } = conditions.at(slice.to).settings;
  const { outcomes } = await foldSlice({ journal, conditions, lateness, now: manifest.now }, slice);
  const found = new Map<string, AlertOutcome>();
  for (const outcome of outcomes.values())
    if (outcome.table === 'alert' && outcome.value.trip === trip.id) found.set(outcome.value.id, outcome.value);
  let same = 0;
  for (const alert of told.alerts) {
    // Silence is measured by ticks, and what was retracted is gone.
    if (alert.kind === 'device_offline' || alert.status === 'retracted') continue;
    const again = found.get(alert.id);
    found.delete(alert.id);
    if (!again) wrong('alerts.json', `folding the records does not give the ${alert.kind} of ${alert.occurred_at}`);
    else if (
      substance(again) !==
      JSON.stringify([alert.kind, alert.severity, alert.occurred_at, alert.ended_at, alert.value, alert.threshold])
    )
      wrong('alerts.json', `folding the records gives another ${alert.kind} of ${alert.occurred_at}: ${substance(again)}`);
    else same++;
  }
  for (const { kind, occurredAt } of found.values())
    wrong('alerts.json', `folding the records also gives a ${kind} of ${iso(occurredAt)}, which is not in it`);
  const again = outcomes.get(`trip ${trip.id}`);
  if (again?.table !== 'trip') wrong('trip.json', 'folding the records does not give this trip');
  else if (trip.ended_at !== null && Math.abs(again.value.distance - trip.distance_km) > 0.001)
    wrong('trip.json', `folding the records gives ${again.value.distance.toFixed(3)} km, not ${trip.distance_km}`);
  verdict.checked.push(`folding the records again gives the same trip and the same ${same} alerts`);
};

const iso = (at: number): string => new Date(at).toISOString();
const substance = ({ kind, severity, occurredAt, endedAt, value, threshold }: AlertOutcome): string =>
  JSON.stringify([kind, severity, iso(occurredAt), endedAt === null ? null : iso(endedAt), value, threshold]);
