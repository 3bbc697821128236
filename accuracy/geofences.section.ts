import type { Geofence, GeofenceGeometry, Position } from '../src/model/geofence.js';
import { answersOf } from '../tests/harness/real-data.js';
import { foldDrive } from './fold-drive.js';
import { type AccuracyDrive, recordedDrives, STATIONARY } from './recorded-drives.js';
import type { Section } from './section.js';
import { type Share, shareText } from './share.js';

type Side = 'enter' | 'exit';

/** A fence of `expected/*.json`, and each raw crossing of it between two valid fixes, without any hysteresis. */
type ExpectedFence = { inside_at_first_fix: boolean; transitions: { type: Side; ts: number }[] } & (
  | { shape: 'circle'; center: [lat: number, lon: number]; radius_m: number }
  | { shape: 'polygon'; vertices_lat_lon: [lat: number, lon: number][] }
);

/** Our crossing is the first fix on the new side, as theirs; jitter at the border may move the one that is believed. */
const SAME_WITHIN_MS = 30_000;
/** A raw stay shorter than this, on either side, may be the jitter of a fix and need not be told. */
const JITTER_MS = 10_000;

const geometryOf = (fence: ExpectedFence): { geometry: GeofenceGeometry; radius_m: number | null } => {
  const position = ([lat, lon]: [number, number]): Position => [lon, lat];
  if (fence.shape === 'circle')
    return { geometry: { type: 'Point', coordinates: position(fence.center) }, radius_m: fence.radius_m };
  const ring = fence.vertices_lat_lon.map(position);
  return { geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!]] }, radius_m: null };
};

const fenceOf = (fence: ExpectedFence, id: string): Geofence => {
  const { geometry, radius_m } = geometryOf(fence);
  return {
    type: 'Feature',
    id,
    geometry,
    properties: {
      ...{ name: id, on: ['enter', 'exit'], dwell_s: null, radius_m, width_m: null },
      ...{ schedule: null, speed_limit_kmh: null, groups: [] },
    },
  };
};

/** Crossings that stand: what was taken back within the time of a jitter is none, so that a pair of them goes. */
const standing = (raw: readonly { type: Side; ts: number }[]): { type: Side; ts: number }[] => {
  const kept: { type: Side; ts: number }[] = [];
  for (const crossing of raw) {
    const before = kept.at(-1);
    if (before !== undefined && crossing.ts - before.ts < JITTER_MS) kept.pop();
    else kept.push(crossing);
  }
  return kept;
};

interface Compared {
  told: Share;
  right: Share;
  line: string;
}

const compare = async (drive: AccuracyDrive, fences: readonly ExpectedFence[]): Promise<Compared> => {
  const { alerts } = await foldDrive(
    drive.events,
    fences.map((fence, n) => fenceOf(fence, `f-${n}`)),
  );
  const told: Share = { hits: 0, of: 0 };
  const right: Share = { hits: 0, of: 0 };
  const parts: string[] = [];
  fences.forEach((fence, n) => {
    const ours = alerts
      .filter(({ geofence, kind }) => geofence === `f-${n}` && kind.startsWith('geofence_e'))
      .map(({ kind, occurred_at }) => ({ type: kind.slice('geofence_'.length) as Side, ts: Date.parse(occurred_at) }));
    const wanted = standing(fence.transitions);
    const meets = (list: readonly { type: Side; ts: number }[], { type, ts }: { type: Side; ts: number }) =>
      list.some(other => other.type === type && Math.abs(other.ts - ts) <= SAME_WITHIN_MS);
    const missed = wanted.filter(crossing => !meets(ours, crossing));
    const invented = ours.filter(crossing => !meets(fence.transitions, crossing));
    told.of += wanted.length;
    told.hits += wanted.length - missed.length;
    right.of += ours.length;
    right.hits += ours.length - invented.length;
    const at = ({ type, ts }: { type: Side; ts: number }) => `${type} ${Math.round((ts - drive.expected.first_ts) / 1_000)} s`;
    parts.push(
      `${fence.shape} ${fence.transitions.length} raw, ${wanted.length} standing, ${ours.length} told` +
        (missed.length > 0 ? `, missed ${missed.map(at).join(' ')}` : '') +
        (invented.length > 0 ? `, not in the raw ones ${invented.map(at).join(' ')}` : ''),
    );
  });
  return { told, right, line: `${drive.trip.padEnd(48)}${parts.join(' · ')}` };
};

const sumOf = (shares: readonly Share[]): Share => ({
  hits: shares.reduce((sum, { hits }) => sum + hits, 0),
  of: shares.reduce((sum, { of }) => sum + of, 0),
});

export const geofencesSection: Section = {
  name: 'geofences',
  title: 'Enter and exit of the reference fences: crossings that stand for 10 s, and what was told of them',
  run: async folder => {
    if (folder === undefined) return [];
    const drives = (await recordedDrives(folder)).filter(({ source }) => source !== STATIONARY);
    const compared: Compared[] = [];
    for (const drive of drives) {
      const answers = await answersOf<{ geofences?: ExpectedFence[] }>(folder, drive, 'expected');
      if (answers?.geofences && answers.geofences.length > 0) compared.push(await compare(drive, answers.geofences));
    }
    return [
      ...compared.map(({ line }) => line),
      '',
      `standing crossings told: ${shareText(sumOf(compared.map(({ told }) => told)))}; told ones that are true: ${shareText(sumOf(compared.map(({ right }) => right)))}`,
    ];
  },
};
