import { answersOf, type DriveEvent, type RecordedTrip, readDrive, recordedTrips } from '../tests/harness/real-data.js';
import { type FoldedDrive, foldDrive } from './fold-drive.js';

/** What of `expected/*.json` is compared; how it was computed stands in the recordings' README. Not computed = not there, or null. */
export interface Expected {
  first_ts: number;
  last_ts: number;
  duration_s: number;
  distance_gps_moving_m: number | null;
  distance_obd_speed_m?: number | null;
  idle_s?: number | null;
  idle_gps_s?: number | null;
  fuel_l_maf?: number | null;
  fuel_l_rate?: number | null;
  harsh?: { brake: Record<string, number>; accel: Record<string, number> };
}

/** A recorded drive: as it was sent, and what came of it. */
export interface AccuracyDrive extends RecordedTrip {
  events: DriveEvent[];
  expected: Expected;
  folded: FoldedDrive;
}

/** Receivers that stand still. */
export const STATIONARY = 'gpsd-stationary';
/** Values are held for 5 to 12 s and then jump: not a good signal. */
export const HELD_SIGNAL = 'rsk-twizy';
/** Chunks of sixty vans in one file: a section of its own. */
const MANY_VEHICLES = 'goal-delivery';

let loaded: Promise<readonly AccuracyDrive[]> | undefined;

const load = async (folder: string): Promise<readonly AccuracyDrive[]> => {
  const drives: AccuracyDrive[] = [];
  for (const trip of await recordedTrips(folder)) {
    const expected = await answersOf<Expected>(folder, trip, 'expected');
    if (expected === undefined || trip.source === MANY_VEHICLES) continue;
    const events: DriveEvent[] = [];
    for await (const event of readDrive(folder, trip)) events.push(event);
    drives.push({ ...trip, events, expected, folded: await foldDrive(events) });
  }
  return drives;
};

/** Every drive of one vehicle, each folded alone as its messages came; once, however many sections ask. */
export const recordedDrives = (folder: string): Promise<readonly AccuracyDrive[]> => {
  loaded ??= load(folder);
  return loaded;
};
