import type { DeviceId } from '../../model/ids.js';
import type { Instant } from '../../model/units.js';
import type { ServerCounters } from './mqtt-counters.js';
import type { MqttLimits } from './mqtt-limits.js';
import { REASON } from './reason-codes.js';
import { Session } from './session.js';
import { SubscriptionTree } from './subscription-tree.js';

/**
 * The sessions by device **and** client id: a client id means nothing outside its device, so no device can push out another.
 * Kept in memory: after a restart devices connect anew, and what they had not got acknowledged they send again.
 */
export class SessionStore {
  /** Within a device in the order in which they were last used. */
  #byDevice = new Map<DeviceId, Map<string, Session>>();
  /** Sessions whose device is away, the longest away first. */
  #kept = new Set<Session>();
  readonly subscriptions = new SubscriptionTree<Session>();

  /** @param onEnd told of each session that is over, before it is forgotten */
  constructor(
    private readonly limits: MqttLimits,
    private readonly counters: ServerCounters,
    private readonly onEnd: (session: Session) => void,
  ) {}

  /**
   * The session for a new connection, which has to enter itself as its link; the connection that held it before is told to go.
   * @returns undefined where the device holds too many already
   */
  open(device: DeviceId, clientId: string, clean: boolean): { session: Session; present: boolean } | undefined {
    const known = this.#byDevice.get(device)?.get(clientId);
    if (known?.link !== undefined) {
      this.counters.connections_taken_over += 1;
      known.link.close(REASON.sessionTakenOver);
    }
    // Looked up again: a session that was not to be kept has ended with the connection that was told to go.
    const there = this.#byDevice.get(device)?.get(clientId);
    if (there !== undefined && !clean) {
      this.#kept.delete(there);
      there.expiresAt = Number.POSITIVE_INFINITY;
      return { session: there, present: true };
    }
    if (there !== undefined) this.end(there);
    if (!this.#makeRoom(device)) {
      this.counters.sessions_refused += 1;
      return undefined;
    }
    const session = new Session(device, clientId, this.limits);
    const sessions = this.#byDevice.get(device);
    if (sessions === undefined) this.#byDevice.set(device, new Map([[clientId, session]]));
    else sessions.set(clientId, session);
    return { session, present: false };
  }

  /** The connection has ended: the session is kept for its time, or ends. */
  leave(session: Session, now: Instant): void {
    session.link = undefined;
    if (session.expiry_ms === 0) {
      this.end(session);
      return;
    }
    session.expiresAt = now + session.expiry_ms;
    this.#kept.add(session);
    if (this.#kept.size > this.limits.keptSessions) this.#drop(first(this.#kept)!);
  }

  end(session: Session): void {
    this.onEnd(session);
    for (const filter of session.subscriptions.keys()) this.subscriptions.remove(filter, session);
    this.#kept.delete(session);
    const sessions = this.#byDevice.get(session.device);
    sessions?.delete(session.clientId);
    if (sessions?.size === 0) this.#byDevice.delete(session.device);
  }

  /** Ends all sessions of a device, and their connections. */
  dropDevice(device: DeviceId, reason: number): void {
    for (const session of [...(this.#byDevice.get(device)?.values() ?? [])]) {
      session.expiry_ms = 0;
      // A session that ends with its connection is gone after this.
      if (session.link === undefined) this.end(session);
      else session.link.close(reason);
    }
  }

  /** Ends the kept sessions whose time is over. */
  expire(now: Instant): void {
    for (const session of this.#kept) {
      if (session.expiresAt > now) continue;
      this.counters.sessions_expired += 1;
      this.end(session);
    }
  }

  get keptSessions(): number {
    return this.#kept.size;
  }

  /** A device gives way only to itself. @returns false where all its sessions are in use */
  #makeRoom(device: DeviceId): boolean {
    const sessions = this.#byDevice.get(device);
    if (sessions === undefined || sessions.size < this.limits.sessionsPerDevice) return true;
    for (const session of sessions.values()) {
      if (session.link !== undefined) continue;
      this.#drop(session);
      return true;
    }
    return false;
  }

  #drop(session: Session): void {
    this.counters.sessions_dropped += 1;
    this.end(session);
  }
}

const first = <T>(items: Iterable<T>): T | undefined => {
  for (const item of items) return item;
  return undefined;
};
