import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** One moment of a recorded drive, as a device would send it (contract §3); gps in WGS-84 degrees and km/h, acc in m/s². */
export interface DriveEvent {
  device: string;
  /** Epoch milliseconds. */
  ts: number;
  gps?: Record<string, number | boolean | undefined> & { lat: number; lon: number };
  obd?: string[];
  signals?: Record<string, number | string>;
  acc?: { x: number; y: number; z: number };
  driver?: string;
}

/** A line of trips.json: what is known about one recorded file. */
export interface RecordedTrip {
  source: string;
  trip: string;
  /** Below `data/`. */
  file: string;
  vehicle: string;
  records: number;
  first_ts: number;
  last_ts: number;
  duration_s: number;
  distance_gps_m?: number;
  distance_obd_speed_m?: number;
  trip_labels?: Record<string, unknown>;
}

/**
 * The folder with recordings of other people (`data/`, `vectors/`), which are not part of this repository.
 * @param skipped what is not proven without them; named in the one line that is printed where TELLTALE_REAL_DATA does not lead to them
 */
export const realDataFolder = (skipped: string): string | undefined => {
  const folder = process.env.TELLTALE_REAL_DATA;
  if (folder && existsSync(join(folder, 'data'))) return folder;
  const why = folder ? `TELLTALE_REAL_DATA is ${folder}, which has no data/` : 'TELLTALE_REAL_DATA is not set';
  process.stderr.write(`skipped: ${skipped} (${why})\n`);
  return undefined;
};

export const recordedTrips = async (folder: string): Promise<RecordedTrip[]> =>
  JSON.parse(await readFile(join(folder, 'data/trips.json'), 'utf8')) as RecordedTrip[];

/** The labels or the independently computed reference answers of a trip; undefined where it has none. */
export const answersOf = async <T = Record<string, unknown>>(
  folder: string,
  { source, trip }: Pick<RecordedTrip, 'source' | 'trip'>,
  kind: 'labels' | 'expected',
): Promise<T | undefined> => {
  const path = join(folder, 'data', source, kind, `${trip}.json`);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as T) : undefined;
};

/** The events of one recorded file in the order recorded, which is not always the order of time. */
export async function* readDrive(folder: string, { file }: Pick<RecordedTrip, 'file'>): AsyncGenerator<DriveEvent> {
  const input = createReadStream(join(folder, 'data', file)).pipe(createGunzip());
  for await (const line of createInterface({ input })) {
    if (line !== '') yield toEvent(JSON.parse(line) as RecordedLine);
  }
}

interface RecordedLine {
  vehicle: string;
  ts: number;
  gps: ({ lat: number; lon: number; alt?: number; time_ms?: number } & Record<string, number | boolean | undefined>) | null;
  obd: Record<string, number | string> | null;
  hex: string[] | null;
  acc: { x: number; y: number; z: number } | null;
  ctx?: { driver?: string };
}

const toEvent = ({ vehicle, ts, gps, obd, hex, acc, ctx }: RecordedLine): DriveEvent => ({
  device: vehicle,
  ts,
  gps: gps ? gpsOf(gps) : undefined,
  obd: hex ?? undefined,
  signals: obd ?? undefined,
  acc: acc ?? undefined,
  driver: ctx?.driver,
});

/** The receiver's own clock is not part of the contract; the rest keeps its name but for the altitude. */
const gpsOf = ({ alt, time_ms: _receiverClock, ...rest }: NonNullable<RecordedLine['gps']>): DriveEvent['gps'] => ({
  ...rest,
  alt_m: alt,
});
