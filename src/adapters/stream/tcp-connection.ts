import type { Socket } from 'node:net';
import type { DeviceId } from '../../model/ids.js';
import { type Instant, seconds } from '../../model/units.js';
import type { Peer, PeerLine } from '../../ports/device-intake.js';
import type { StreamParts } from './stream-parts.js';

/** The connections of one listener. */
export interface TcpRoster {
  all: Set<TcpConnection>;
  /** Those that spoke for no registered device yet, the longest waiting first. */
  strangers: Set<TcpConnection>;
  /** Those that wait for room in the intake. */
  blocked: Set<TcpConnection>;
}

/** Finds the peers that vanished without a word. */
const TCP_KEEP_ALIVE_MS = 120_000;

/** One socket: when it is read, when it has to wait, and when its time is over. */
export class TcpConnection implements PeerLine {
  readonly #peer: Peer;
  readonly #openedAt: Instant;
  /** Our last words are said; the rest is the other side's. */
  #endingSince: Instant | undefined;
  /** Nothing more is read: the device has ended its side, or we stop. */
  #finished = false;
  #paused = false;

  constructor(
    private readonly socket: Socket,
    private readonly parts: StreamParts,
    private readonly roster: TcpRoster,
  ) {
    this.#openedAt = parts.clock.now();
    this.#peer = parts.intake.meet(this);
    roster.all.add(this);
    roster.strangers.add(this);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    socket.on('data', bytes => this.#heard(bytes));
    socket.on('end', () => this.finish());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#gone());
  }

  send(bytes: Uint8Array): void {
    const { limits, count } = this.parts;
    if (!this.socket.writable) {
      count('answers_lost');
      return;
    }
    this.socket.write(bytes);
    if (this.socket.writableLength <= limits.unreadBytes) return;
    count('closed_slow');
    this.destroy();
  }

  hangUp(): void {
    if (this.#endingSince !== undefined) return;
    this.#endingSince = this.parts.clock.now();
    this.socket.end();
    // What still comes is read and thrown away: bytes left unread would turn our last words into a reset.
    this.socket.resume();
  }

  shutOut(device: DeviceId): void {
    if (!this.#finished && this.#endingSince === undefined) this.#peer.shutOut(device);
  }

  settled(): void {
    if (this.#finished) this.#endWhenAnswered();
    else if (this.#paused && this.#peer.waiting <= this.parts.limits.inFlight / 2) this.unblock();
  }

  /** Reads nothing more, and hangs up when what was taken is answered. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#endingSince === undefined) this.#peer.gone();
    this.#endWhenAnswered();
  }

  unblock(): void {
    if (!this.#paused || this.#finished) return;
    if (this.parts.intake.full) {
      this.roster.blocked.add(this);
      return;
    }
    this.#paused = false;
    this.socket.resume();
  }

  tick(now: Instant): void {
    const { limits, intake, count } = this.parts;
    if (this.#endingSince !== undefined) {
      if (now - this.#endingSince > limits.linger_ms) this.destroy();
    } else if (!this.#peer.known && now - this.#openedAt > limits.introduce_ms) {
      count('closed_unintroduced');
      this.hangUp();
    } else if (!this.#paused && now - this.#peer.framedAt > seconds(intake.idle_s)) {
      count('closed_idle');
      this.hangUp();
    }
  }

  destroy(): void {
    this.socket.destroy();
    this.#gone();
  }

  #heard(bytes: Uint8Array): void {
    if (this.#finished || this.#endingSince !== undefined) return;
    this.#peer.hear(bytes);
    if (this.#peer.known) this.roster.strangers.delete(this);
    const { limits, intake, count } = this.parts;
    if (this.#endingSince !== undefined || (!intake.full && this.#peer.waiting < limits.inFlight)) return;
    count('full_pauses');
    this.#paused = true;
    this.socket.pause();
    if (intake.full) this.roster.blocked.add(this);
  }

  #endWhenAnswered(): void {
    if (this.#peer.waiting === 0) this.hangUp();
  }

  #gone(): void {
    this.roster.all.delete(this);
    this.roster.strangers.delete(this);
    this.roster.blocked.delete(this);
    this.finish();
  }
}
