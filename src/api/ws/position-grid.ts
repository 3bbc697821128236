import type { VehicleId } from '../../model/ids.js';
import type { LivePosition } from '../../model/live-state.js';
import { positionWire } from '../wire/position.js';
import { type Box, covers, meets, within } from './box.js';

/** A vehicle that changed in this round, and where it was told to be before. */
export class Change {
  private made: string | undefined;

  constructor(
    private readonly position: LivePosition,
    readonly wasLat: number | undefined,
    readonly wasLon: number | undefined,
  ) {}

  get vehicle(): VehicleId {
    return this.position.vehicle;
  }

  get lat(): number | undefined {
    return this.position.lat;
  }

  get lon(): number | undefined {
    return this.position.lon;
  }

  /** As it stands in a frame; made once for all who get it, and only where somebody does. */
  get text(): string {
    this.made ??= JSON.stringify(positionWire(this.position));
    return this.made;
  }
}

/** Of a cell, what goes into frames as a whole. */
export interface Chunk {
  text: string;
  changes: readonly Change[];
}

interface Cell {
  /** Those that are in it, changed or not. */
  members: Set<VehicleId>;
  /** Of this round: in it now; was in it and is not. */
  changed: Change[];
  gone: Change[];
  chunks: Chunk[] | undefined;
  west: number;
  south: number;
}

interface Place {
  lat: number | undefined;
  lon: number | undefined;
  cell: Cell | undefined;
}

/** Sixteen cells a degree: some 4 to 7 km, a few of them are a town. */
const PER_DEGREE = 16;
const SIDE = 1 / PER_DEGREE;
const COLUMNS = 8_192;
/** Of a chunk, so that frames can be packed well. */
const CHUNK_LENGTH = 15 * 1_024;

const rowOf = (lat: number): number => Math.floor((lat + 90) * PER_DEGREE);
const columnOf = (lon: number): number => Math.floor((lon + 180) * PER_DEGREE);

/**
 * Where every vehicle was told to be, by cells of the ground, and what changes in one round. What is asked of it costs what lies in the box, not
 * what the fleet is. Bounded by the fleet: a place per vehicle, a cell only where vehicles are or just were.
 */
export class PositionGrid {
  private readonly places = new Map<VehicleId, Place>();
  private readonly cells = new Map<number, Cell>();
  /** Cells that something happened in, in this round. */
  private readonly touched = new Set<Cell>();
  private round: Change[] = [];
  private whole: Chunk[] | undefined;

  get size(): { vehicles: number; cells: number } {
    return { vehicles: this.places.size, cells: this.cells.size };
  }

  /** Forgets everything, and knows these. */
  reset(positions: Iterable<LivePosition>): void {
    this.places.clear();
    this.cells.clear();
    this.touched.clear();
    this.round = [];
    for (const { vehicle, lat, lon } of positions) this.move(vehicle, lat, lon);
  }

  /** Forgets what changed in the round before. */
  begin(): void {
    for (const cell of this.touched) {
      cell.changed = [];
      cell.gone = [];
      cell.chunks = undefined;
      if (cell.members.size === 0) this.cells.delete(keyOf(cell));
    }
    this.touched.clear();
    this.round = [];
    this.whole = undefined;
  }

  /** It changed in this round. Once a round for each vehicle. */
  take(position: LivePosition): void {
    const { vehicle, lat, lon } = position;
    const before = this.places.get(vehicle);
    const wasIn = before?.cell;
    const change = new Change(position, before?.lat, before?.lon);
    this.round.push(change);
    const cell = this.move(vehicle, lat, lon);
    if (cell !== undefined) {
      cell.changed.push(change);
      this.touched.add(cell);
    }
    if (wasIn !== undefined && wasIn !== cell) {
      wasIn.gone.push(change);
      this.touched.add(wasIn);
    }
  }

  /** Everything that changed in this round, wherever. */
  all(): readonly Chunk[] {
    this.whole ??= chunksOf(this.round);
    return this.whole;
  }

  /** What changed in this round and is in the box. @param visit called with a whole chunk, or with one change of a cell at the border */
  inside(box: Box, whole: (chunk: Chunk) => void, single: (change: Change) => void): void {
    for (const cell of this.touchedIn(box)) {
      if (cell.changed.length === 0) continue;
      if (covers(box, cell, SIDE)) {
        cell.chunks ??= chunksOf(cell.changed);
        for (const chunk of cell.chunks) whole(chunk);
      } else for (const change of cell.changed) if (within(box, change.lat, change.lon)) single(change);
    }
  }

  /** Whoever changed in this round and is in the box, or was. @param box undefined = everywhere */
  concerned(box: Box | undefined, visit: (vehicle: VehicleId) => void): void {
    if (box === undefined) {
      for (const { vehicle } of this.round) visit(vehicle);
      return;
    }
    const each = ({ vehicle }: Change): void => visit(vehicle);
    this.inside(box, ({ changes }) => changes.forEach(each), each);
    this.left(box).forEach(each);
  }

  /** What was in the box before this round and is not any more. */
  left(box: Box): Change[] {
    const left: Change[] = [];
    const look = (change: Change): void => {
      if (within(box, change.wasLat, change.wasLon) && !within(box, change.lat, change.lon)) left.push(change);
    };
    for (const cell of this.touchedIn(box)) {
      for (const change of cell.gone) look(change);
      // Within a cell that is all inside nothing leaves.
      if (cell.changed.length > 0 && !covers(box, cell, SIDE))
        for (const change of cell.changed) if (!movedCell(change)) look(change);
    }
    return left;
  }

  /** Whether it was told to be in the box. */
  isWithin(box: Box, vehicle: VehicleId): boolean {
    const place = this.places.get(vehicle);
    return within(box, place?.lat, place?.lon);
  }

  /** Every vehicle in the box. */
  *members(box: Box): Iterable<VehicleId> {
    for (const cell of this.cellsIn(box, this.cells.values(), this.cells.size)) {
      for (const vehicle of cell.members) {
        const { lat, lon } = this.places.get(vehicle)!;
        if (within(box, lat, lon)) yield vehicle;
      }
    }
  }

  private touchedIn(box: Box): Iterable<Cell> {
    return this.cellsIn(box, this.touched, this.touched.size);
  }

  /** By the cells of the box, or by those that come into question, whichever are fewer. */
  private *cellsIn(box: Box, candidates: Iterable<Cell>, count: number): Iterable<Cell> {
    const [west, south, east, north] = box;
    const [first, last] = [rowOf(south), rowOf(north)];
    const parts =
      west <= east
        ? [[columnOf(west), columnOf(east)]]
        : [
            [columnOf(west), columnOf(180)],
            [0, columnOf(east)],
          ];
    const columns = parts.reduce((sum, [from, to]) => sum + to! - from! + 1, 0);
    if ((last - first + 1) * columns > count) {
      for (const cell of candidates) if (meets(box, cell, SIDE)) yield cell;
      return;
    }
    for (let row = first; row <= last; row++) {
      for (const [from, to] of parts) {
        for (let column = from!; column <= to!; column++) {
          const cell = this.cells.get(row * COLUMNS + column);
          if (cell !== undefined) yield cell;
        }
      }
    }
  }

  /** @returns the cell it is in now */
  private move(vehicle: VehicleId, lat: number | undefined, lon: number | undefined): Cell | undefined {
    let place = this.places.get(vehicle);
    if (place === undefined) {
      place = { lat, lon, cell: undefined };
      this.places.set(vehicle, place);
    }
    place.lat = lat;
    place.lon = lon;
    const cell = lat === undefined || lon === undefined ? undefined : this.cellAt(lat, lon);
    if (cell !== place.cell) {
      place.cell?.members.delete(vehicle);
      cell?.members.add(vehicle);
      place.cell = cell;
    }
    return cell;
  }

  private cellAt(lat: number, lon: number): Cell {
    const [row, column] = [rowOf(lat), columnOf(lon)];
    const key = row * COLUMNS + column;
    let cell = this.cells.get(key);
    if (cell === undefined) {
      const [west, south] = [column * SIDE - 180, row * SIDE - 90];
      cell = { members: new Set(), changed: [], gone: [], chunks: undefined, west, south };
      this.cells.set(key, cell);
    }
    return cell;
  }
}

const keyOf = ({ west, south }: Cell): number => rowOf(south) * COLUMNS + columnOf(west);

/** It was seen already, as one that is gone from another cell. */
const movedCell = ({ lat, lon, wasLat, wasLon }: Change): boolean =>
  wasLat === undefined || wasLon === undefined || rowOf(wasLat) !== rowOf(lat!) || columnOf(wasLon) !== columnOf(lon!);

const chunksOf = (changes: readonly Change[]): Chunk[] => {
  const chunks: Chunk[] = [];
  let from = 0;
  let length = 0;
  const finish = (to: number): void => {
    const some = changes.slice(from, to);
    if (some.length > 0) chunks.push({ text: some.map(({ text }) => text).join(','), changes: some });
    from = to;
    length = 0;
  };
  changes.forEach(({ text }, n) => {
    if (length + text.length > CHUNK_LENGTH) finish(n);
    length += text.length + 1;
  });
  finish(changes.length);
  return chunks;
};
