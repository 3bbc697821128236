import type { Geofence } from '../model/geofence.js';
import type { DeviceId } from '../model/ids.js';
import type { Instant } from '../model/units.js';
import type { ContractEvent } from './contract-event.js';
import { FenceWatch } from './fence-watch.js';
import { DEFAULT_WEIGHTS, type IncidentPhase, IncidentSchedule, type Truth } from './incidents.js';
import { randomOf } from './random.js';
import { SimulatedVehicle, type VehicleCondition } from './simulated-vehicle.js';
import { buildTown } from './town/build-town.js';
import type { Town } from './town/town.js';
import { traitsOf } from './vehicle-traits.js';

export interface DriveOptions {
  seed: string;
  /** Ids of the devices; their place in the list is their number, which decides vehicle and driver. */
  devices: readonly DeviceId[];
  from: Instant;
  /** The first instant that is not driven any more; without it the fleet drives on for ever. */
  until?: Instant;
  town?: Town;
  /** Whose crossings are told as truth. The fleet does not know of them. */
  fences?: readonly Geofence[];
  /** Ascending by `from`. Default: an incident per vehicle every five minutes. An empty list: none at all. */
  incidents?: readonly IncidentPhase[];
  /** What each vehicle is like, by its number; as new unless given. */
  conditionOf?: (no: number) => VehicleCondition;
}

/** One second of one vehicle in which something was sent or happened. */
export interface DrivenMoment {
  no: number;
  device: DeviceId;
  at: Instant;
  /** `undefined` where the device sent nothing. */
  event: ContractEvent | undefined;
  /** What really happened; usually nothing. */
  truth: readonly Truth[];
}

/**
 * Drives a fleet through the town in virtual time: once a second and vehicle, in order of time. The same options give the same
 * moments, and a vehicle's own depend on the seed and its number alone.
 */
export function* driveEvents(options: DriveOptions): Generator<DrivenMoment, void> {
  const { seed, devices, from, until = Number.POSITIVE_INFINITY, town = buildTown(), fences = [] } = options;
  const incidents = options.incidents ?? [{ from, gap: 300_000, weights: DEFAULT_WEIGHTS }];
  const vehicles = devices.map((device, no) => {
    const schedule = new IncidentSchedule(incidents, no, randomOf(seed, 'incidents', no));
    return new SimulatedVehicle(
      device,
      no,
      traitsOf(seed, no),
      seed,
      town,
      from,
      schedule,
      new FenceWatch(fences),
      options.conditionOf?.(no),
    );
  });
  // Devices do not all report at the full second.
  const ordered = vehicles.map(vehicle => ({ vehicle, offset: (vehicle.no * 389) % 1_000 })).sort((a, b) => a.offset - b.offset);
  for (let second = from; second < until; second += 1_000) {
    for (const { vehicle, offset } of ordered) {
      const at = second + offset;
      if (at >= until) return;
      const truth: Truth[] = [];
      const event = vehicle.second(at, truth);
      if (event !== undefined || truth.length > 0) yield { no: vehicle.no, device: vehicle.device, at, event, truth };
    }
  }
}
