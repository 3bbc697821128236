import type { Position } from '../api/wire-types';
import { createStore, type Store } from '../app/store';

/** What hears of every change at once: the map. Lists and counts follow `ticks`, which is slower. */
export type PositionListener = (vehicles: readonly string[]) => void;

export interface PositionBook {
  of(vehicle: string): Position | undefined;
  all(): Iterable<Position>;
  readonly size: number;
  apply(positions: readonly Position[]): void;
  listen(listener: PositionListener): () => void;
  /** Grows when something changed, at most twice a second. */
  ticks: Store<number>;
}

const TICK_MS = 500;
/** The first is told as soon as the snapshot that it begins with may be there. */
const FIRST_TICK_MS = 40;

/** The newest position of each vehicle. Kept outside of React: thousands of changes a second are not thousands of renders. */
export const createPositionBook = (): PositionBook => {
  const byVehicle = new Map<string, Position>();
  const listeners = new Set<PositionListener>();
  const ticks = createStore(0);
  let due: number | undefined;

  const tick = (): void => {
    if (due !== undefined) return;
    due = window.setTimeout(
      () => {
        due = undefined;
        ticks.set(ticks.get() + 1);
      },
      ticks.get() === 0 ? FIRST_TICK_MS : TICK_MS,
    );
  };

  return {
    of: vehicle => byVehicle.get(vehicle),
    all: () => byVehicle.values(),
    get size() {
      return byVehicle.size;
    },
    apply(positions) {
      for (const position of positions) byVehicle.set(position.vehicle, position);
      const vehicles = positions.map(position => position.vehicle);
      for (const listener of listeners) listener(vehicles);
      tick();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ticks,
  };
};
