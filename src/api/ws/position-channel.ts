import type { VehicleId } from '../../model/ids.js';
import type { LivePosition } from '../../model/live-state.js';
import type { ApiDeps } from '../api-deps.js';
import { seesVehicle } from '../scope.js';
import { positionWire } from '../wire/position.js';
import type { PositionFilter, SubscribePositions } from './client-frame.js';
import type { SocketClient, Subscription } from './socket-client.js';
import { textFrame } from './text-frame.js';

/** Frames stay below 64 KiB with their frame around them. */
const FRAME_BYTES = 60 * 1024;
const HEAD = '{"type":"positions","positions":[';
const TAIL = ']}';

export interface PositionChannel {
  subscribe(client: SocketClient, frame: SubscribePositions): void;
  close(): void;
}

interface PositionSubscription extends Subscription {
  client: SocketClient;
  /** Vehicles that changed and were not sent: their newest state goes out when the client reads again. Bounded by the fleet. */
  pending: Set<VehicleId>;
}

interface PositionFrame {
  bytes: Buffer;
  vehicles: readonly VehicleId[];
}

/** What some clients see alike: same filter, same groups. Its frames are serialised once. */
interface View {
  key: string;
  shows(state: LivePosition): boolean;
  subscriptions: Set<PositionSubscription>;
}

/**
 * Where vehicles are, some times a second: a snapshot, then what changed. A client that does not keep up is sent nothing; what changes
 * meanwhile is remembered by vehicle only, and it gets the newest of each when it reads on.
 */
export const createPositionChannel = ({
  live,
  registry,
  clock,
  count,
  config,
}: Pick<ApiDeps, 'live' | 'registry' | 'clock' | 'count' | 'config'>): PositionChannel => {
  const views = new Map<string, View>();
  let changed = new Set<VehicleId>();

  /** @param texts positions that are serialised already, shared by all views of one flush */
  const framesOf = (vehicles: Iterable<VehicleId>, view: View, texts: Map<VehicleId, string>): PositionFrame[] => {
    const frames: PositionFrame[] = [];
    let items: string[] = [];
    let inFrame: VehicleId[] = [];
    let bytes = 0;
    const finish = (): void => {
      if (items.length > 0) frames.push({ bytes: textFrame(HEAD + items.join(',') + TAIL), vehicles: inFrame });
      items = [];
      inFrame = [];
      bytes = 0;
    };
    for (const vehicle of vehicles) {
      const state = live.position(vehicle);
      if (state === undefined || !view.shows(state)) continue;
      let text = texts.get(vehicle);
      if (text === undefined) {
        text = JSON.stringify(positionWire(state));
        texts.set(vehicle, text);
      }
      if (bytes + text.length + 1 > FRAME_BYTES) finish();
      items.push(text);
      inFrame.push(vehicle);
      bytes += text.length + 1;
    }
    finish();
    return frames;
  };

  /** Sends frames while the client keeps up; the vehicles of the others wait. */
  const send = ({ client, pending }: PositionSubscription, frames: readonly PositionFrame[]): void => {
    for (const { bytes, vehicles } of frames) {
      if (client.keepsUp) client.sendFrames(bytes);
      else for (const vehicle of vehicles) pending.add(vehicle);
    }
  };

  /** Sends what waits, as far as the client reads. */
  const sendPending = (subscription: PositionSubscription, view: View, texts: Map<VehicleId, string>): void => {
    while (subscription.pending.size > 0 && subscription.client.open && subscription.client.keepsUp) {
      const some: VehicleId[] = [];
      for (const vehicle of subscription.pending) {
        some.push(vehicle);
        subscription.pending.delete(vehicle);
        if (some.length === 1_000) break;
      }
      send(subscription, framesOf(some, view, texts));
    }
  };

  const flush = (): void => {
    const now = changed;
    changed = new Set();
    const texts = new Map<VehicleId, string>();
    for (const view of views.values()) {
      let shared: PositionFrame[] | undefined;
      for (const subscription of view.subscriptions) {
        if (subscription.pending.size === 0 && subscription.client.keepsUp) {
          shared ??= framesOf(now, view, texts);
          send(subscription, shared);
          continue;
        }
        for (const vehicle of now) subscription.pending.add(vehicle);
        count('ws_positions_conflated', now.size);
        sendPending(subscription, view, texts);
      }
    }
  };

  const stopFlushing = clock.every(config.sockets.positionsEvery, flush);
  const stopListening = live.onChanged(vehicles => {
    if (views.size > 0) for (const vehicle of vehicles) changed.add(vehicle);
  });

  const viewOf = (client: SocketClient, filter: PositionFilter): View => {
    const { groups } = client.caller;
    const key = JSON.stringify([groups, filter.vehicles, filter.bbox]);
    let view = views.get(key);
    if (view === undefined) {
      const vehicles = filter.vehicles && new Set(filter.vehicles);
      view = {
        key,
        shows: state =>
          (vehicles === undefined || vehicles.has(state.vehicle)) &&
          (filter.bbox === undefined || within(filter.bbox, state)) &&
          seesVehicle({ groups }, registry, state.vehicle),
        subscriptions: new Set(),
      };
      views.set(key, view);
    }
    return view;
  };

  return {
    subscribe(client, { id, filter }) {
      const view = viewOf(client, filter ?? {});
      const subscription: PositionSubscription = {
        client,
        position: undefined,
        pending: new Set(),
        end() {
          view.subscriptions.delete(subscription);
          if (view.subscriptions.size === 0) views.delete(view.key);
        },
      };
      client.subscriptions.set(id, subscription);
      view.subscriptions.add(subscription);
      client.answer({ type: 'subscribed', id, channel: 'positions' });
      for (const state of live.positions()) if (view.shows(state)) subscription.pending.add(state.vehicle);
      // An empty snapshot is sent too: the client knows then that there is nothing.
      if (subscription.pending.size === 0) client.send(HEAD + TAIL);
      sendPending(subscription, view, new Map());
    },
    close() {
      stopFlushing();
      stopListening();
    },
  };
};

/** [west, south, east, north]; west > east is a box over the date line. A vehicle without a position is in no box. */
const within = ([west, south, east, north]: NonNullable<PositionFilter['bbox']>, { lat, lon }: LivePosition): boolean => {
  if (lat === undefined || lon === undefined || lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
};
