import type { LivePosition, VehicleStatus } from '../../model/live-state.js';

const STATUSES: readonly VehicleStatus[] = ['driving', 'idling', 'parked', 'offline'];
/** Of a vehicle: its number, time, place, speed, heading, status. NaN: not known. */
const SIZE = 7;

/** Positions of many vehicles on their way to another thread. A vehicle has a number from the first time on; texts go only when they change. */
export interface LiveColumns {
  numbers: Float64Array;
  /** Those who are told of for the first time. */
  vehicles: [no: number, vehicle: string][];
  texts: [no: number, driver: string | null, trip: string | null][];
}

interface Told {
  no: number;
  driver: string | null;
  trip: string | null;
}

/** Lays positions out, and knows what the other side has been told before. */
export class LiveTeller {
  private readonly told = new Map<string, Told>();

  columns(positions: readonly LivePosition[]): LiveColumns {
    const columns: LiveColumns = { numbers: new Float64Array(positions.length * SIZE), vehicles: [], texts: [] };
    let at = 0;
    for (const position of positions) {
      const { vehicle, lat = Number.NaN, lon = Number.NaN, speed = Number.NaN, heading = Number.NaN, driver, trip } = position;
      let told = this.told.get(vehicle);
      if (!told) {
        told = { no: this.told.size, driver: null, trip: null };
        this.told.set(vehicle, told);
        columns.vehicles.push([told.no, vehicle]);
      }
      if (told.driver !== driver || told.trip !== trip) {
        told.driver = driver;
        told.trip = trip;
        columns.texts.push([told.no, driver, trip]);
      }
      columns.numbers.set([told.no, position.at, lat, lon, speed, heading, STATUSES.indexOf(position.status)], at);
      at += SIZE;
    }
    return columns;
  }
}

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

/** The newest that one shard told of its vehicles. */
export class LiveMirror {
  private readonly byNo: LivePosition[] = [];

  constructor(
    /** Shared by the mirrors of all shards. */
    private readonly byVehicle: Map<string, LivePosition>,
  ) {}

  /** @returns whose position this is */
  take({ numbers, vehicles, texts }: LiveColumns): string[] {
    for (const [no, vehicle] of vehicles) {
      const position: LivePosition = { ...NOWHERE, vehicle };
      this.byNo[no] = position;
      this.byVehicle.set(vehicle, position);
    }
    for (const [no, driver, trip] of texts) {
      this.byNo[no]!.driver = driver;
      this.byNo[no]!.trip = trip;
    }
    const changed: string[] = [];
    for (let at = 0; at < numbers.length; at += SIZE) {
      const position = this.byNo[numbers[at]!]!;
      position.at = numbers[at + 1]!;
      position.lat = known(numbers[at + 2]!);
      position.lon = known(numbers[at + 3]!);
      position.speed = known(numbers[at + 4]!);
      position.heading = known(numbers[at + 5]!);
      position.status = STATUSES[numbers[at + 6]!]!;
      changed.push(position.vehicle);
    }
    return changed;
  }
}

const NOWHERE: Omit<LivePosition, 'vehicle'> = {
  at: 0,
  lat: undefined,
  lon: undefined,
  speed: undefined,
  heading: undefined,
  status: 'offline',
  driver: null,
  trip: null,
  openAlerts: 0,
};
