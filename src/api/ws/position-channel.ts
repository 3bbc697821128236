import type { VehicleId } from '../../model/ids.js';
import type { LivePosition } from '../../model/live-state.js';
import { seconds } from '../../model/units.js';
import type { ApiDeps } from '../api-deps.js';
import { seesVehicle } from '../scope.js';
import { positionWire } from '../wire/position.js';
import { type Box, within } from './box.js';
import type { MovePositions, PositionFilter, SubscribePositions } from './client-frame.js';
import { inTurns } from './in-turns.js';
import { PacedChanges } from './paced-changes.js';
import { NO_POSITIONS, type PositionFrame, PositionFrames } from './position-frames.js';
import { type Change, type Chunk, PositionGrid } from './position-grid.js';
import type { SocketClient, Subscription } from './socket-client.js';

/** Vehicles that waited and are sent at once. */
const PENDING_STEP = 1_000;
/** Changes that are looked up between two looks at the clock. */
const TAKEN_AT_ONCE = 200;

export interface PositionChannel {
  subscribe(client: SocketClient, frame: SubscribePositions): void;
  /** Another box or another pace for a subscription. @returns false where it is none of positions */
  move(subscription: Subscription, frame: MovePositions): boolean;
  close(): void;
}

class PositionSubscription implements Subscription {
  readonly position = undefined;
  /** Vehicles that changed and were not sent: their newest state goes out when the client reads again. Bounded by the fleet. */
  readonly pending = new Set<VehicleId>();

  constructor(
    readonly client: SocketClient,
    readonly filter: PositionFilter,
    public view: View,
    private readonly leave: (subscription: PositionSubscription) => void,
  ) {}

  end(): void {
    this.leave(this);
  }
}

/** What some clients see alike: same filter, same groups. Its frames are made once. */
interface View {
  key: string;
  box: Box | undefined;
  /** Undefined = every vehicle. */
  sees: ((vehicle: VehicleId) => boolean) | undefined;
  /** s; 0 = as it changes. */
  every_s: number;
  /** Where it has a pace. */
  paced: PacedChanges | undefined;
  subscriptions: Set<PositionSubscription>;
}

/**
 * Where vehicles are, some times a second: a snapshot, then what changed, and what left the box. A client that does not keep up is sent
 * nothing; what changes meanwhile is remembered by vehicle only, and it gets the newest of each when it reads on.
 *
 * A round tells every view what changed since the last. It works in short turns, and the next begins later where one was long, so that a thousand
 * viewers hold up nobody.
 */
export const createPositionChannel = ({
  live,
  registry,
  clock,
  count,
  config,
}: Pick<ApiDeps, 'live' | 'registry' | 'clock' | 'count' | 'config'>): PositionChannel => {
  const views = new Map<string, View>();
  const grid = new PositionGrid();
  let changed = new Set<VehicleId>();

  const framesOf = ({ box, sees }: View): readonly PositionFrame[] => {
    const frames = new PositionFrames();
    const single = (change: Change): void => {
      if (sees === undefined || sees(change.vehicle)) frames.add(change.text, [change]);
    };
    const whole = ({ text, changes }: Chunk): void => {
      if (sees === undefined) frames.add(text, changes);
      else changes.forEach(single);
    };
    if (box === undefined) {
      grid.all().forEach(whole);
      return frames.done();
    }
    grid.inside(box, whole, single);
    const left = grid.left(box).map(({ vehicle }) => vehicle);
    return frames.done(sees === undefined ? left : left.filter(sees));
  };

  /** Sends frames while the client keeps up; the vehicles of the others wait. */
  const send = ({ client, pending }: PositionSubscription, frames: readonly PositionFrame[]): void => {
    for (const { bytes, vehicles } of frames) {
      if (client.keepsUp) client.sendFrames(bytes);
      else for (const vehicle of vehicles) pending.add(vehicle);
    }
  };

  /** Sends what waits as it is now, as far as the client reads. */
  const sendPending = (subscription: PositionSubscription): void => {
    const { client, pending, view } = subscription;
    while (pending.size > 0 && client.open && client.keepsUp) {
      const frames = new PositionFrames();
      const left: VehicleId[] = [];
      let taken = 0;
      for (const vehicle of pending) {
        pending.delete(vehicle);
        const position = live.position(vehicle);
        if (position !== undefined && (view.sees === undefined || view.sees(vehicle))) {
          if (inBox(view, position)) frames.add(JSON.stringify(positionWire(position)), [position]);
          else left.push(vehicle);
        }
        if (++taken === PENDING_STEP) break;
      }
      send(subscription, frames.done(left));
    }
  };

  /** A round, a subscription at a time. */
  function* round(): Generator<void> {
    if (views.size === 0) return;
    const now = changed;
    changed = new Set();
    grid.begin();
    let taken = 0;
    for (const vehicle of now) {
      const position = live.position(vehicle);
      if (position !== undefined) grid.take(position);
      if (++taken % TAKEN_AT_ONCE === 0) yield;
    }
    for (const view of views.values()) {
      let shared = view.paced && (yield* pacedFramesOf(view, view.paced));
      for (const subscription of view.subscriptions) {
        shared ??= framesOf(view);
        if (subscription.pending.size === 0 && subscription.client.keepsUp) send(subscription, shared);
        else {
          for (const { vehicles } of shared) {
            for (const vehicle of vehicles) subscription.pending.add(vehicle);
            count('ws_positions_conflated', vehicles.length);
          }
          sendPending(subscription);
        }
        yield;
      }
    }
  }

  /** Of those whose turn has come, the newest. */
  function* pacedFramesOf(view: View, paced: PacedChanges): Generator<void, readonly PositionFrame[]> {
    grid.concerned(view.box, vehicle => (view.sees === undefined || view.sees(vehicle)) && paced.add(vehicle));
    const frames = new PositionFrames();
    const left: VehicleId[] = [];
    let taken = 0;
    for (const vehicle of paced.due(clock.now())) {
      const position = live.position(vehicle);
      if (position !== undefined) {
        if (inBox(view, position)) frames.add(JSON.stringify(positionWire(position)), [position]);
        else left.push(vehicle);
      }
      if (++taken % TAKEN_AT_ONCE === 0) yield;
    }
    return frames.done(left);
  }

  const stopRounds = inTurns(clock, config.sockets.positionsEvery, round);
  const stopListening = live.onChanged(vehicles => {
    if (views.size > 0) for (const vehicle of vehicles) changed.add(vehicle);
  });

  const viewOf = (client: SocketClient, { vehicles, bbox: box }: PositionFilter, every_s = 0): View => {
    const { groups } = client.caller;
    const key = JSON.stringify([groups, vehicles, box, every_s]);
    let view = views.get(key);
    if (view === undefined) {
      if (views.size === 0) {
        // Nobody looked: where everything is now has to be learnt first.
        changed.clear();
        grid.reset(live.positions());
      }
      const wanted = vehicles && new Set(vehicles);
      const sees = (vehicle: VehicleId): boolean =>
        (wanted === undefined || wanted.has(vehicle)) && seesVehicle({ groups }, registry, vehicle);
      view = {
        key,
        box,
        sees: wanted === undefined && groups.length === 0 ? undefined : sees,
        every_s,
        paced: every_s === 0 ? undefined : new PacedChanges(seconds(every_s), clock.now()),
        subscriptions: new Set(),
      };
      views.set(key, view);
    }
    return view;
  };

  const leave = (subscription: PositionSubscription): void => {
    const { view } = subscription;
    view.subscriptions.delete(subscription);
    if (view.subscriptions.size === 0) views.delete(view.key);
  };

  /** Of a view everything waits to be sent, but for what lay in the box before. */
  const lookAnew = (subscription: PositionSubscription, before?: Box): void => {
    const { view, client, filter, pending } = subscription;
    if (view.box !== undefined) {
      for (const vehicle of grid.members(view.box)) {
        if (before !== undefined && grid.isWithin(before, vehicle)) continue;
        if (view.sees === undefined || view.sees(vehicle)) pending.add(vehicle);
      }
    } else if (filter.vehicles !== undefined) for (const vehicle of filter.vehicles) pending.add(vehicle);
    else for (const { vehicle } of live.positions()) if (view.sees === undefined || view.sees(vehicle)) pending.add(vehicle);
    // An empty snapshot is sent too: the client knows then that there is nothing.
    const sentBefore = client.framesSent;
    sendPending(subscription);
    if (pending.size === 0 && client.framesSent === sentBefore) client.send(NO_POSITIONS);
  };

  return {
    subscribe(client, { id, filter, every_s }) {
      const wanted = filter ?? {};
      const subscription = new PositionSubscription(client, wanted, viewOf(client, wanted, every_s), leave);
      client.subscriptions.set(id, subscription);
      subscription.view.subscriptions.add(subscription);
      client.answer({ type: 'subscribed', id, channel: 'positions' });
      lookAnew(subscription);
    },
    move(subscription, { id, bbox, every_s }) {
      if (!(subscription instanceof PositionSubscription)) return false;
      const { client, filter, view } = subscription;
      // First the new one: the grid knows nothing while there is no view at all.
      const box = bbox ?? view.box;
      const next = viewOf(client, { ...filter, ...(box !== undefined && { bbox: box }) }, every_s ?? view.every_s);
      next.subscriptions.add(subscription);
      if (next !== view) leave(subscription);
      subscription.view = next;
      client.answer({ type: 'moved', id });
      // With a pace, some of what changed in the box before was not told yet.
      const late = next !== view && view.paced !== undefined;
      if (bbox !== undefined || late) lookAnew(subscription, late ? undefined : view.box);
      return true;
    },
    close() {
      stopRounds();
      stopListening();
    },
  };
};

const inBox = ({ box }: View, { lat, lon }: LivePosition): boolean => box === undefined || within(box, lat, lon);
