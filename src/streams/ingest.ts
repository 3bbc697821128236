import type { Counters } from '../model/counters.js';
import type { NewRecord, Offset, RecordOrigin } from '../model/record.js';
import type { Instant, Millis } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { ArrivedMessage, MessageSink } from '../ports/listener.js';
import type { Quarantine } from '../ports/live.js';
import { type FaultWords, tooLong, unheard, unknownDevice } from '../protocols/fault-words.js';
import { protocols } from '../protocols/index.js';
import type { FaultReason, Protocol, Routed } from '../protocols/protocol.js';
import { Backlog, workOf } from './backlog.js';
import type { FleetRegistry } from './fleet-registry.js';
import type { RoutedContext, RoutedSink } from './intake/routed-sink.js';
import { KnownSpeakers } from './known-speakers.js';
import { quarantineEntry } from './quarantine-entry.js';
import { resolveDevice } from './resolve-device.js';

export interface IngestOptions {
  journal: Journal;
  registry: FleetRegistry;
  quarantine: Quarantine;
  clock: Clock;
  counters: Counters;
  tell(topic: string, message: { reason: string; detail: string }): void;
  /** Devices that nobody knows are registered when they are heard first. */
  registerOnSight: boolean;
  /** Longer payloads are refused. */
  maxPayloadBytes: number;
  /** Told of each write: its records, and since when they are on disk. */
  recorded?(first: Offset, last: Offset, at: Instant): void;
  /** Records that are not folded yet. The further behind the fold is, the longer devices wait for their acknowledgement. */
  behind(): number;
  /** Beyond either of these the listener has to wait. */
  maxWaitingMessages: number;
  maxWaitingBytes: number;
}

/** What a server takes, and lets wait: some seconds of what two cores record. */
export const ingestLimits = {
  maxPayloadBytes: 256 * 1024,
  maxWaitingMessages: 20_000,
  maxWaitingBytes: 64 * 1024 * 1024,
} as const;

type Done = (error?: Error) => void;

/** What is written at once, and whom to tell when it is on disk. */
interface WriteGroup {
  records: NewRecord[];
  dones: Done[];
  bytes: number;
}

const emptyGroup = (): WriteGroup => ({ records: [], dones: [], bytes: 0 });

/**
 * So much may wait for the fold: some tenths of a second of its work, all of which an alert may have to wait for. In records of a few events;
 * one with hundreds of them is as much work as hundreds of records (`Backlog`).
 */
const COMFORTABLE = 2_000;
/**
 * Beyond that a write waits until the fold has handled somewhat more than it added. So a flood comes in as fast as it is folded, and no faster; and
 * where the fold has much to make good after a start, devices that send little still hear at once.
 */
const FOLDED_PER_ADDED = 1.25;
/**
 * No more goes into one write. Ten thousand devices that are answered together send together: in one write, the fold would have nothing to do while it is on
 * its way, and then so much that they all wait again.
 */
const LARGEST_WRITE = { records: 4_096, bytes: 1024 * 1024 };
/** By the clock: where each turn of the loop takes long, looking every few milliseconds so many times would be minutes. */
const LONGEST_PAUSE: Millis = 1_000;
const LOOK_EVERY: Millis = 5;

/**
 * Ingest and record: finds whom a message speaks for, and appends it. What arrives while a write is under way goes into the next ones,
 * and every device is acknowledged when its write is on disk.
 */
export class Ingest implements MessageSink, RoutedSink {
  /** The next writes, oldest first, each as large as one may be. */
  private readonly ready: WriteGroup[] = [];
  /** The write after them, which grows. */
  private next = emptyGroup();
  private waitingMessages = 0;
  private waitingBytes = 0;
  private writing = false;
  private resume: (() => void)[] = [];
  private readonly speakers: KnownSpeakers;
  private readonly backlog = new Backlog();

  constructor(private readonly options: IngestOptions) {
    this.speakers = new KnownSpeakers(() => options.counters.add('speakers_forgotten_total'));
  }

  get full(): boolean {
    const { maxWaitingMessages, maxWaitingBytes } = this.options;
    return this.waitingMessages >= maxWaitingMessages || this.waitingBytes >= maxWaitingBytes;
  }

  onDrained(resume: () => void): void {
    this.resume.push(resume);
  }

  take(message: ArrivedMessage, done: Done): void {
    const { counters, maxPayloadBytes, registry } = this.options;
    counters.add('messages_received_total');
    // State that a broker kept is of unknown age: no event.
    if (message.stored) {
      this.pass('messages_stored_state_total', done);
      return;
    }
    if (message.payload.length > maxPayloadBytes) {
      const detail = `${message.payload.length} bytes, at most ${maxPayloadBytes} are taken`;
      this.refuse(message, 'too_large', tooLong(detail, message.payload.length, maxPayloadBytes, 'bytes'), done);
      return;
    }
    const { received, dup, payload } = message;
    const speaker = this.speakers.find(message, registry.version);
    if (speaker !== undefined) {
      this.next.records.push(recordFrom(speaker.origin, message, payload));
      this.appendNext(payload.length, done);
      return;
    }
    const { protocol, routed } = route(message);
    if (protocol === undefined) {
      this.refuse(message, 'unknown_topic', unheard(message.topic), done);
      return;
    }
    const { name: format } = protocol;
    const { topic, device: connected } = message;
    const added = this.next.records.length;
    let refusal: FaultWords = unknownDevice('');
    for (const part of routed) {
      const owner = this.ownerOf(part, connected, format);
      if ('said' in owner) {
        refusal = owner;
        continue;
      }
      if (protocol.routesByTopic && routed.length === 1) {
        const origin = this.speakers.note(message, format, owner, registry.version);
        this.next.records.push(recordFrom(origin, message, part.slice));
        continue;
      }
      const { device, vehicle } = owner;
      const header = { kind: 'message' as const, received, format, device, topic, dup };
      this.next.records.push({ key: vehicle, header, body: part.slice, origin: undefined });
    }
    if (this.next.records.length === added) {
      this.refuse(message, 'unknown_device', refusal, done);
      return;
    }
    this.appendNext(payload.length, done);
  }

  takeRouted(format: string, routed: readonly Routed[], context: RoutedContext, done: Done): void {
    const { counters, registry } = this.options;
    const { topic, received } = context;
    const strangers: Routed[] = [];
    let bytes = 0;
    for (const part of routed) {
      const { foreign, slice } = part;
      const owner =
        context.device !== undefined
          ? registry.device(context.device)
          : foreign && registry.deviceByForeignId(foreign.format, foreign.id);
      if (owner === undefined) {
        strangers.push(part);
        continue;
      }
      const header = { kind: 'message' as const, received, format, device: owner.id, topic, dup: false };
      this.next.records.push({ key: owner.vehicle, header, body: slice, origin: undefined });
      bytes += slice.length;
    }
    // In the books what is recorded is one message, and each slice of nobody another.
    const hasRecords = strangers.length < routed.length;
    let left = strangers.length + (hasRecords ? 1 : 0);
    let failure: Error | undefined;
    const settle = (error?: Error): void => {
      failure ??= error;
      left -= 1;
      if (left === 0) done(failure);
    };
    if (hasRecords) {
      counters.add('messages_received_total');
      this.appendNext(bytes, settle);
    }
    for (const { foreign, device, slice } of strangers) {
      this.takeUnreadable(
        slice,
        { reason: 'unknown_device', ...unknownDevice(foreign?.id ?? context.device ?? device) },
        { ...context, format, ...(foreign && { foreign }) },
        settle,
      );
    }
  }

  takeUnreadable(
    bytes: Uint8Array,
    { reason, ...words }: FaultWords & { reason: FaultReason },
    { topic, received, device, format, foreign }: RoutedContext,
    done: Done,
  ): void {
    this.options.counters.add('messages_received_total');
    const message: ArrivedMessage = { device, topic, payload: bytes, qos: 1, dup: false, stored: false, received };
    this.refuse(message, reason, words, done, { ...(format !== undefined && { format }), ...(foreign && { foreign }) });
  }

  /** The records that were just added, and whom to tell, go into the next write. */
  private appendNext(bytes: number, done: Done): void {
    const { next } = this;
    next.bytes += bytes;
    next.dones.push(done);
    this.waitingMessages += 1;
    this.waitingBytes += bytes;
    if (next.records.length >= LARGEST_WRITE.records || next.bytes >= LARGEST_WRITE.bytes) {
      this.ready.push(next);
      this.next = emptyGroup();
    }
    if (!this.writing) {
      this.writing = true;
      // What arrives in the same turn of the loop goes into the same write.
      setImmediate(() => void this.write());
    }
  }

  /** @returns the device and its vehicle, or why it may not be taken */
  private ownerOf(part: Routed, connected: string | undefined, format: string): { device: string; vehicle: string } | FaultWords {
    const { registry, registerOnSight, counters } = this.options;
    const found = resolveDevice(registry, part, connected, format);
    if ('device' in found) return { device: found.device.id, vehicle: found.device.vehicle };
    if ('refused' in found) return found.refused;
    if (!registerOnSight) return unknownDevice(found.unknown);
    registry
      .registerOnSight(found.unknown, format, part.foreign?.id ?? null)
      .catch(() => counters.add('registrations_failed_total'));
    return { device: found.unknown, vehicle: registry.device(found.unknown)?.vehicle ?? found.unknown };
  }

  private async write(): Promise<void> {
    const { journal, counters, clock, recorded } = this.options;
    for (let group = this.nextGroup(); group !== undefined; group = this.nextGroup()) {
      const { records, dones } = group;
      let failure: Error | undefined;
      try {
        const offsets = await journal.append(records);
        recorded?.(offsets[0]!, offsets[offsets.length - 1]!, clock.now());
        counters.add('messages_recorded_total', dones.length);
      } catch (error) {
        failure = error as Error;
        counters.add('messages_not_taken_total', dones.length);
      }
      for (const done of dones) done(failure);
      this.drained();
      const added = failure === undefined ? workOf(records) : 0;
      if (added > 0) this.backlog.wrote(records.length, added);
      await this.letFoldCatchUp(added);
    }
    this.writing = false;
  }

  private nextGroup(): WriteGroup | undefined {
    const group = this.ready.shift() ?? this.next;
    if (group.records.length === 0) return undefined;
    if (group === this.next) this.next = emptyGroup();
    this.waitingMessages -= group.dones.length;
    this.waitingBytes -= group.bytes;
    return group;
  }

  private async letFoldCatchUp(added: number): Promise<void> {
    const { clock } = this.options;
    const waiting = (): number => this.backlog.left(this.options.behind());
    const left = Math.max(COMFORTABLE, waiting() - Math.ceil(added * FOLDED_PER_ADDED));
    const began = clock.now();
    // A clock that is set back meanwhile makes nobody wait for longer.
    for (let looks = 0; looks < LONGEST_PAUSE / LOOK_EVERY; looks++) {
      if (waiting() <= left || clock.now() - began >= LONGEST_PAUSE) return;
      await new Promise<void>(resolve => clock.after(LOOK_EVERY, resolve));
    }
  }

  private drained(): void {
    if (this.full) return;
    for (const resume of this.resume) resume();
  }

  private pass(counter: string, done: Done): void {
    this.options.counters.add(counter);
    this.options.counters.add('messages_refused_total');
    done();
  }

  private refuse(
    message: ArrivedMessage,
    reason: FaultReason,
    { detail, said }: FaultWords,
    done: Done,
    routed: Pick<RoutedContext, 'format' | 'foreign'> = {},
  ): void {
    const { quarantine, counters, tell } = this.options;
    const { topic, received, payload } = message;
    const device = (message.device || /^telltale\/v1\/([^/]+)\//.exec(topic)?.[1]) ?? null;
    const id = `m-${received}-${counters.get('messages_received_total')}`;
    const vehicle = (device && this.options.registry.device(device)?.vehicle) || null;
    const of = { id, device, vehicle, topic, received, reason, detail, said };
    const entry = quarantineEntry({ ...of, ...routed, bytes: payload, offset: null });
    quarantine.add(entry).then(
      () => {
        this.pass(`quarantined_${reason}_total`, done);
        if (device) tell(`telltale/v1/${device}/errors`, { reason, detail });
      },
      error => {
        counters.add('messages_not_taken_total');
        done(error as Error);
      },
    );
  }
}

const recordFrom = (origin: RecordOrigin, { received, dup }: ArrivedMessage, body: Uint8Array): NewRecord => {
  const { key, device, format, topic } = origin;
  return { key, header: { kind: 'message', received, format, device, topic, dup }, body, origin };
};

const NOBODY: { protocol: undefined; routed: readonly Routed[] } = { protocol: undefined, routed: [] };

/** @returns the first protocol that hears it; none where nobody does */
const route = ({ topic, payload }: ArrivedMessage): { protocol: Protocol | undefined; routed: readonly Routed[] } => {
  for (const protocol of protocols) {
    const routed = protocol.route(topic, payload);
    if (routed.length > 0) return { protocol, routed };
  }
  return NOBODY;
};
