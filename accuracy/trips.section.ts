import {
  type Compared,
  distanceOf,
  durationOf,
  errorOf,
  fuelOf,
  hasGoodSignal,
  idleAgrees,
  idleOf,
  median,
} from './compare-trips.js';
import { type AccuracyDrive, recordedDrives, STATIONARY } from './recorded-drives.js';
import type { Section } from './section.js';
import { shareText } from './share.js';

const WITHIN_S = 10;

type Row = AccuracyDrive &
  Record<'distance' | 'duration' | 'idle' | 'fuel', Compared | undefined> & { offsets: readonly number[] };

const rowOf = (drive: AccuracyDrive): Row => {
  const { trips } = drive.folded;
  const judged = { ...drive, trips };
  const first = trips[0];
  return {
    ...drive,
    distance: distanceOf(judged),
    duration: durationOf(judged),
    idle: idleOf(judged),
    fuel: fuelOf(judged),
    offsets: first
      ? [(first.startedAt - drive.expected.first_ts) / 1_000, (trips.at(-1)!.endedAt - drive.expected.last_ts) / 1_000]
      : [],
  };
};

const cells = (compared: Compared | undefined, digits: number): string => {
  if (compared === undefined) return ' '.repeat(25);
  const off = compared.theirs === 0 ? '' : `${(errorOf(compared) * 100).toFixed(2)} %`;
  return `${compared.ours.toFixed(digits).padStart(8)}${compared.theirs.toFixed(digits).padStart(8)}${off.padStart(9)}`;
};

const lineOf = ({ trip, folded: { trips }, distance, duration, idle, fuel, offsets }: Row): string =>
  [
    trip.padEnd(47),
    String(trips.length).padStart(2),
    (trips[0]?.distanceSource ?? '').padEnd(8),
    cells(distance, 0),
    cells(duration, 0),
    cells(idle, 0),
    cells(fuel, 3),
    ...[offsets[0], offsets[1]].map(off => (off === undefined ? '' : off.toFixed(0)).padStart(5)),
  ].join(' ');

const heading = [
  'drive'.padEnd(47),
  'trips'.padEnd(11),
  ...['m', 's', 'idle s', 'fuel l'].map(what => `${what}: ours  theirs     off`.padStart(25)),
  'start',
  '  end',
].join(' ');

const errors = (rows: readonly Row[], of: (row: Row) => Compared | undefined): { trip: string; off: number }[] =>
  rows.flatMap(row => {
    const compared = of(row);
    return compared === undefined || compared.theirs === 0 ? [] : [{ trip: row.trip, off: Math.abs(errorOf(compared)) }];
  });

const percent = (part: number): string => `${(100 * part).toFixed(2)} %`;

const worstOf = (some: readonly { trip: string; off: number }[]): string => {
  const worst = some.toSorted((a, b) => b.off - a.off)[0];
  return worst === undefined ? '–' : `${percent(worst.off)} (${worst.trip})`;
};

const within = (offsets: readonly number[]) => ({
  hits: offsets.filter(off => Math.abs(off) <= WITHIN_S).length,
  of: offsets.length,
});

const summaryOf = (name: string, rows: readonly Row[]): string[] => {
  const moving = rows.filter(({ source }) => source !== STATIONARY);
  if (moving.length === 0)
    return [
      `${name}: receivers that stand, ${rows.length} recordings; trips ${rows.reduce((n, row) => n + row.folded.trips.length, 0)}`,
    ];
  const distances = errors(moving, row => row.distance);
  const idles = moving.flatMap(({ idle }) => (idle === undefined ? [] : [idle]));
  const fuels = errors(moving, row => row.fuel);
  const lines = [
    `${name}: ${moving.length} drives, ${moving.filter(row => row.folded.trips.length === 1).length} of them one trip`,
    `  distance  median ${percent(median(distances.map(({ off }) => off)))}, worst ${worstOf(distances)}`,
    `  starts within ${WITHIN_S} s  ${shareText(within(moving.flatMap(({ offsets }) => offsets.slice(0, 1))))}, ends ${shareText(
      within(moving.flatMap(({ offsets }) => offsets.slice(1))),
    )}, both ${shareText(within(moving.flatMap(({ offsets }) => offsets)))}`,
  ];
  if (idles.length > 0)
    lines.push(
      `  idle within 5 % or 5 s  ${shareText({ hits: idles.filter(idleAgrees).length, of: idles.length })}, in all ${percent(
        Math.abs(errorOf({ ours: total(idles, 'ours'), theirs: total(idles, 'theirs') })),
      )} off`,
    );
  if (fuels.length > 0) lines.push(`  fuel  median ${percent(median(fuels.map(({ off }) => off)))}, worst ${worstOf(fuels)}`);
  return lines;
};

const total = (some: readonly Compared[], whose: keyof Compared): number => some.reduce((sum, one) => sum + one[whose], 0);

/** Of a start or an end that differs: what the recording says of the time between. The reference takes its first and its last record. */
const differences = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ trip, events, expected, folded: { trips }, offsets }) =>
    (['starts', 'ends'] as const).flatMap((which, i) => {
      const off = offsets[i];
      if (off === undefined || Math.abs(off) <= WITHIN_S) return [];
      const [from, to] = i === 0 ? [expected.first_ts, trips[0]!.startedAt] : [trips.at(-1)!.endedAt, expected.last_ts];
      const between = events.filter(({ ts }) => ts > from && ts < to);
      const speeds = between.flatMap(({ gps, signals }) => [Number(gps?.speed_kmh ?? 0), Number(signals?.vehicle_speed ?? 0)]);
      const runs = between.some(({ signals }) => Number(signals?.engine_rpm ?? 0) > 0);
      return [
        `  ${trip} ${which} ${off.toFixed(0)} s off: ${between.length} records between, ${runs ? 'the engine runs' : 'nothing of an engine'}, at most ${Math.max(0, ...speeds).toFixed(1)} km/h`,
      ];
    }),
  );

export const tripsSection: Section = {
  name: 'trips',
  title: 'Trips: ours, the reference’s, and by how much ours is off',
  run: async folder => {
    if (folder === undefined) return [];
    const rows = (await recordedDrives(folder)).map(rowOf);
    const moving = rows.filter(({ source }) => source !== STATIONARY);
    return [
      heading,
      ...rows.map(lineOf),
      '',
      ...[...new Set(rows.map(({ source }) => source))].flatMap(source =>
        summaryOf(
          source,
          rows.filter(row => row.source === source),
        ),
      ),
      '',
      ...summaryOf('all', moving),
      ...summaryOf('all with a good signal', moving.filter(hasGoodSignal)),
      ...differences(moving),
    ];
  },
};
