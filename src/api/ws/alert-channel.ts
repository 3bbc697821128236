import { SEVERITIES } from '../../model/alert.js';
import type { AlertEntry } from '../../ports/live.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { seesVehicle } from '../scope.js';
import { createAlertCursors } from './alert-cursors.js';
import { alertFrame } from './alert-frame.js';
import type { SubscribeAlerts } from './client-frame.js';
import { INTERNAL_ERROR, type SocketClient, type Subscription } from './socket-client.js';

const PAGE = 200;
/** Frames that were serialised last, for clients that catch up with the same entries. */
const FRAMES_KEPT = 1_000;

/** Of single entries there are none. */
const NO_BLOCKS = new Map<string, Buffer>();

export interface AlertChannel {
  subscribe(client: SocketClient, frame: SubscribeAlerts): void;
  /** What a client may resume from without missing any. @param position the oldest of its subscriptions' */
  cursorFor(client: SocketClient, position: number | undefined): string;
  close(): void;
}

interface AlertSubscription extends Subscription {
  /** What its client is told: the newest entry that it may see. */
  position: number;
  /** Up to where the stream was looked at. */
  readTo: number;
  /** True while a loop reads the stream for it; live entries pass by then, the loop comes to them. */
  catchingUp: boolean;
  /** The newest cursor when its client stopped keeping up; undefined while it reads. */
  stalledAt: number | undefined;
  ended: boolean;
  client: SocketClient;
  sees(entry: AlertEntry): boolean;
  wants(entry: AlertEntry): boolean;
}

/**
 * Alerts for viewers, in order and none missing. A subscription is either live, and then gets an entry the moment it is there, or
 * catching up: then it pulls pages out of the durable stream, as fast as its client reads. A client that falls behind goes back to
 * catching up, so what it has not read stays on disk, not in memory; too far behind, or reading nothing, it is closed with 4408.
 */
export const createAlertChannel = ({
  alerts,
  registry,
  clock,
  count,
  config,
}: Pick<ApiDeps, 'alerts' | 'registry' | 'clock' | 'count' | 'config'>): AlertChannel => {
  const subscriptions = new Set<AlertSubscription>();
  const cursors = createAlertCursors({ alerts, registry, config });
  const frames = new Map<string, Buffer>();
  const limits = config.sockets;
  let newest = alerts.head();

  /** Serialised once, however many get it. */
  const frameOf = (entry: AlertEntry, caller: Caller): Buffer => {
    const cursor = cursors.told(caller, entry.cursor);
    let frame = frames.get(cursor);
    if (frame === undefined) {
      frame = alertFrame(entry, cursor);
      frames.set(cursor, frame);
      if (frames.size > FRAMES_KEPT) frames.delete(frames.keys().next().value!);
    }
    return frame;
  };

  /** Frames of several entries as one block of bytes, laid out once for all who get the same. */
  const blockOf = (entries: readonly AlertEntry[], caller: Caller, blocks: Map<string, Buffer>): Buffer => {
    if (entries.length === 1) return frameOf(entries[0]!, caller);
    const key = entries.map(({ cursor }) => cursors.told(caller, cursor)).join();
    let block = blocks.get(key);
    if (block === undefined) {
      block = Buffer.concat(entries.map(entry => frameOf(entry, caller)));
      blocks.set(key, block);
    }
    return block;
  };

  /** Sends those of `entries` that it has not seen, may see and wants, in one write. @returns how many */
  const deliver = (subscription: AlertSubscription, entries: readonly AlertEntry[], blocks: Map<string, Buffer>): number => {
    const { readTo, client } = subscription;
    const isWanted = (entry: AlertEntry): boolean => {
      if (entry.cursor <= readTo || !subscription.sees(entry)) return false;
      subscription.position = entry.cursor;
      return subscription.wants(entry);
    };
    // Nearly always there is one, and it is wanted: nothing is made for it.
    const wanted = entries.every(isWanted) ? entries : entries.filter(isWanted);
    subscription.readTo = Math.max(readTo, entries[entries.length - 1]!.cursor);
    if (wanted.length > 0) client.sendFrames(blockOf(wanted, client.caller, blocks));
    return wanted.length;
  };

  /** Announced in this turn, and not yet looked at: alerts that are told together go out together. */
  let announced: AlertEntry[] = [];
  const tellAll = (): void => {
    const entries = announced;
    announced = [];
    const last = entries[entries.length - 1]!.cursor;
    const blocks = new Map<string, Buffer>();
    let sent = 0;
    for (const subscription of subscriptions) {
      if (last <= subscription.readTo) continue;
      if (subscription.catchingUp) {
        if (last - (subscription.stalledAt ?? last) > limits.alertsBehind) subscription.client.closeSlow();
      } else if (subscription.client.keepsUp) sent += deliver(subscription, entries, blocks);
      else void catchUp(subscription);
    }
    count('ws_alerts_sent', sent);
  };
  const stopListening = alerts.onEntry(entry => {
    newest = entry.cursor;
    announced.push(entry);
    if (announced.length === 1) queueMicrotask(tellAll);
  });

  /** Resolves when the client has read enough to go on, or is gone. */
  const readOn = (subscription: AlertSubscription): Promise<void> =>
    new Promise(resolve => {
      const { client } = subscription;
      if (client.keepsUp || !client.open) return resolve();
      const deadline = clock.now() + limits.stall;
      subscription.stalledAt = newest;
      const look = () => {
        if (!client.keepsUp && client.open && clock.now() < deadline) return;
        stop();
        subscription.stalledAt = undefined;
        if (!client.keepsUp) client.closeSlow();
        resolve();
      };
      const stop = clock.every(20, look);
    });

  const catchUp = async (subscription: AlertSubscription): Promise<void> => {
    const { client } = subscription;
    subscription.catchingUp = true;
    try {
      while (!subscription.ended && client.open) {
        await readOn(subscription);
        if (tooOld(subscription.readTo)) return gap(subscription);
        const page = await alerts.after(subscription.readTo, PAGE);
        for (const entry of page) {
          if (subscription.ended || !client.open) return;
          if (!client.keepsUp) break;
          count('ws_alerts_sent', deliver(subscription, [entry], NO_BLOCKS));
        }
        // What was announced while this page was read is in the next one: only who has seen it all goes live.
        if (page.length === 0 && subscription.readTo >= newest) break;
      }
      subscription.catchingUp = false;
    } catch {
      client.close(INTERNAL_ERROR, 'the alert stream cannot be read now; resume with the last cursor');
    }
  };

  const tooOld = (cursor: number): boolean => cursor < alerts.oldest() && cursor < alerts.head();

  const gap = (subscription: AlertSubscription): void => {
    for (const [id, one] of subscription.client.subscriptions) {
      if (one !== subscription) continue;
      subscription.client.subscriptions.delete(id);
      const { client } = subscription;
      client.answer({ type: 'gap', id, oldest: cursors.told(client.caller, alerts.oldest()) });
    }
    subscription.end();
  };

  return {
    subscribe(client, { id, since, filter }) {
      const { caller } = client;
      const from = since == null ? undefined : cursors.given(caller, since);
      // A cursor of the future, or one that cannot be read, is one of another data directory: nothing can be promised from there.
      if (since != null && (from === undefined || tooOld(from) || from > alerts.head())) {
        client.answer({ type: 'gap', id, oldest: cursors.told(caller, alerts.oldest()) });
        return;
      }
      const kinds = filter?.kinds && new Set<string>(filter.kinds);
      const vehicles = filter?.vehicles && new Set(filter.vehicles);
      const least = SEVERITIES.indexOf(filter?.min_severity ?? 'info');
      const subscription: AlertSubscription = {
        client,
        position: from ?? cursors.head(caller),
        readTo: from ?? alerts.head(),
        catchingUp: false,
        stalledAt: undefined,
        ended: false,
        wants: ({ alert }) =>
          SEVERITIES.indexOf(alert.severity) >= least &&
          (kinds === undefined || kinds.has(alert.kind)) &&
          (vehicles === undefined || vehicles.has(alert.vehicle)),
        sees: ({ alert }) => seesVehicle(caller, registry, alert.vehicle),
        end() {
          subscription.ended = true;
          subscriptions.delete(subscription);
        },
      };
      client.subscriptions.set(id, subscription);
      subscriptions.add(subscription);
      client.answer({ type: 'subscribed', id, channel: 'alerts', cursor: cursors.told(caller, subscription.position) });
      // Also without `since`: between the head that was asked and this line something may have been announced.
      void catchUp(subscription);
    },
    cursorFor: ({ caller }, position) => cursors.told(caller, position ?? cursors.head(caller)),
    close() {
      stopListening();
      cursors.close();
    },
  };
};
