import type { ForeignId } from '../../model/foreign-id.js';
import type { DeviceId } from '../../model/ids.js';
import type { Instant } from '../../model/units.js';
import type { Peer, PeerLine } from '../../ports/device-intake.js';
import type { Conversation, StreamStep } from '../../protocols/stream-protocol.js';
import type { RoutedSink } from './routed-sink.js';

/** What the peers of one listener share. */
export interface PeerParts {
  /** The name of the format: of its records and their topic. */
  format: string;
  transport: 'tcp' | 'udp';
  sink: RoutedSink;
  now(): Instant;
  /** The allow-list. */
  deviceOf(foreign: ForeignId): DeviceId | undefined;
  /** Whether something of a peer that nobody knows may take room in the quarantine. */
  keepsOfStrangers(): boolean;
  count(what: string): void;
}

/** Something that is to be said, in its turn. */
interface Turn {
  bytes: Uint8Array | undefined;
  /** What it promises is on disk, or it promises nothing. */
  ready: boolean;
  last: boolean;
}

/** Carries out what a conversation wants done: records are appended, and answers wait for them, in order. */
export class StreamPeer implements Peer {
  known = false;
  waiting = 0;
  framedAt: Instant;
  #device: DeviceId | undefined;
  #turns: Turn[] = [];
  #over = false;

  constructor(
    private readonly conversation: Conversation,
    private readonly line: PeerLine,
    private readonly parts: PeerParts,
  ) {
    this.framedAt = parts.now();
  }

  hear(bytes: Uint8Array): void {
    this.#carryOut(this.conversation.hear(bytes));
    // A datagram is whole: what it leaves unfinished never comes.
    if (this.parts.transport === 'udp') this.#carryOut(this.conversation.end());
  }

  shutOut(device: DeviceId): void {
    if (this.#over || this.#device !== device) return;
    this.parts.count('devices_shut_out');
    this.#end();
  }

  gone(): void {
    this.#carryOut(this.conversation.end());
    this.#over = true;
  }

  #carryOut(steps: readonly StreamStep[]): void {
    for (const step of steps) {
      if (this.#over) return;
      if (step.kind === 'identify') this.#identify(step);
      else if (step.kind === 'record') this.#record(step);
      else if (step.kind === 'answer') this.#say(step.bytes);
      else if (step.kind === 'fault') this.#fault(step);
      else this.#end();
    }
  }

  #identify({ foreign, accept, refuse }: StreamStep & { kind: 'identify' }): void {
    const { parts } = this;
    this.#device = parts.deviceOf(foreign);
    if (this.#device === undefined) {
      parts.count('devices_refused');
      this.#end(refuse);
      return;
    }
    this.#framed();
    this.#say(accept);
  }

  #record({ routed, answer }: StreamStep & { kind: 'record' }): void {
    const { format, sink, transport, now, deviceOf, count } = this.parts;
    const owners = routed.map(({ foreign }) => (foreign === undefined ? this.#device : deviceOf(foreign)));
    if (owners.includes(undefined)) {
      count('devices_refused');
      // Over TCP it is not on the list any more, or never said who it is; a datagram ends nothing.
      if (transport === 'tcp') this.#end();
      return;
    }
    this.#framed();
    const turn: Turn = { bytes: answer, ready: routed.length === 0, last: false };
    this.#turns.push(turn);
    let left = routed.length;
    let failed = false;
    const done = (error?: Error): void => {
      failed ||= error !== undefined;
      left -= 1;
      if (left > 0) return;
      this.waiting -= 1;
      if (failed) this.#notTaken(turn);
      else turn.ready = true;
      this.#speak();
      this.line.settled();
    };
    if (left > 0) this.waiting += 1;
    count('records');
    routed.forEach((part, i) => {
      this.#device = owners[i]!;
      sink.takeRouted(format, [part], { topic: format, received: now(), device: owners[i]! }, done);
    });
    this.#speak();
  }

  /** What is not answered comes again; over TCP in another connection, where no later answer can be taken for this one's. */
  #notTaken(turn: Turn): void {
    this.parts.count('records_not_taken');
    turn.bytes = undefined;
    turn.ready = true;
    turn.last = this.parts.transport === 'tcp';
    if (turn.last) this.#over = true;
  }

  #fault({ code, reason, detail, said, bytes, claimed }: StreamStep & { kind: 'fault' }): void {
    const { format, sink, now, deviceOf, keepsOfStrangers, count } = this.parts;
    count(`faults_${code}`);
    const device = (claimed && deviceOf(claimed)) ?? this.#device;
    if (device === undefined && !keepsOfStrangers()) {
      count('faults_of_strangers_not_kept');
      return;
    }
    const context = { topic: format, format, received: now(), ...(device !== undefined && { device }) };
    sink.takeUnreadable(bytes, { reason, detail: `${code}: ${detail}`, said }, context, error => {
      if (error) count('faults_not_kept');
    });
  }

  #framed(): void {
    this.known = true;
    this.framedAt = this.parts.now();
  }

  #say(bytes: Uint8Array): void {
    this.#turns.push({ bytes, ready: true, last: false });
    this.#speak();
  }

  #end(bytes?: Uint8Array): void {
    this.#over = true;
    this.#turns.push({ bytes, ready: true, last: true });
    this.#speak();
  }

  #speak(): void {
    while (this.#turns[0]?.ready) {
      const { bytes, last } = this.#turns.shift()!;
      if (bytes !== undefined) this.line.send(bytes);
      if (!last) continue;
      this.#turns = [];
      this.line.hangUp();
    }
  }
}
