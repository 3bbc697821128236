import { readingsOf } from '../tests/golden/fold-trips.js';
import { referenceStretches, type SpeedSample, type Stretch, speedOf, stretchesOf } from '../tests/golden/reference-harsh.js';
import { pseudoRandom } from '../tests/harness/pseudo-random.js';
import { REFERENCE_CASES } from './harsh-rules.js';
import { type AccuracyDrive, recordedDrives } from './recorded-drives.js';
import type { Section } from './section.js';
import { type Share, shareText } from './share.js';
import { type Agreement, agreement, overlap, pool, stretchOf } from './stretches.js';

/** Nothing is to be found: positions every 5 s; values that are held and then jump; receivers that stand still. */
const NOT_MEASURABLE: readonly string[] = ['envirocar', 'rsk-twizy', 'gpsd-stationary'];
/** `*_perpid` is the same drive as its namesake. drive16 has OBD speeds in a few rows only, and the reference looks at nothing else there. */
const LEFT_OUT = /_perpid$|^drive16$/;
/** The two differ by smoothing: one-second differences on a grid, and windows of two. 15 % is what that makes of a peak of a second. */
const BAND = 0.15;

interface Scored {
  drive: AccuracyDrive;
  threshold: number;
  ours: readonly Stretch[];
  exact: Agreement;
  /** Ours that are theirs at a threshold 15 % lower; theirs at one 15 % higher that are ours. */
  band: Agreement;
  /** The reference against itself: its seconds half a second later; each sample off by no more than it is rounded to. */
  shifted: Agreement;
  /** Of ours that are not theirs: where two neighbouring samples reach the threshold, without a grid between. */
  between: Share;
  rounded: Agreement;
}

/** Rounds over which a sample is put off at random. */
const ROUNDS = 20;

/** What a value is told in: whole km/h, else tenths (a receiver's knots and metres a second are coarser than that, or as fine). */
const resolutionOf = (samples: readonly SpeedSample[]): number => (samples.every(([, kmh]) => Number.isInteger(kmh)) ? 1 : 0.1);

const withItself = (samples: readonly SpeedSample[], threshold: number): Pick<Scored, 'shifted' | 'rounded'> => {
  const theirs = stretchesOf(samples, threshold);
  const random = pseudoRandom(7);
  const resolution = resolutionOf(samples);
  const offBy = (): SpeedSample[] =>
    samples.map(([at, kmh]) => [at, kmh === 0 ? 0 : Math.max(0, kmh + (random() - 0.5) * resolution)]);
  return {
    shifted: agreement(stretchesOf(samples, threshold, 500), theirs),
    rounded: pool(Array.from({ length: ROUNDS }, () => agreement(stretchesOf(offBy(), threshold), theirs))),
  };
};

const scoreOf = (drive: AccuracyDrive): Scored[] => {
  const readings = readingsOf(drive.events);
  return REFERENCE_CASES.map(({ id, threshold }) => {
    const ours = drive.folded.harsh.get(id)!.map(stretchOf);
    const at = (part: number) => agreement(ours, referenceStretches(readings, threshold * part));
    const samples = speedOf(readings);
    const theirs = stretchesOf(samples, threshold);
    const alone = ours.filter(one => !theirs.some(other => overlap(one, other)));
    const itself = withItself(samples, threshold);
    return {
      drive,
      threshold,
      ours,
      between: { hits: alone.filter(one => reachesBetween(samples, one, threshold)).length, of: alone.length },
      ...itself,
      exact: at(1),
      band: { precision: at(1 - BAND).precision, recall: at(1 + BAND).recall },
    };
  });
};

const cell = (share: Share): string => shareText(share).padEnd(24);

const lineOf = (name: string, threshold: string, { exact, band }: Pick<Scored, 'exact' | 'band'>): string =>
  [
    name.padEnd(44),
    threshold.padStart(6),
    ' ',
    cell(exact.precision),
    cell(band.precision),
    cell(exact.recall),
    cell(band.recall),
  ]
    .join(' ')
    .trimEnd();

const poolAll = (some: readonly Scored[]): Pick<Scored, 'exact' | 'band'> => ({
  exact: pool(some.map(({ exact }) => exact)),
  band: pool(some.map(({ band }) => band)),
});

/** Whether two neighbouring samples near a stretch are as far apart as the threshold says. */
const reachesBetween = (samples: readonly SpeedSample[], { start, end }: Stretch, threshold: number): boolean =>
  samples.some(([at, kmh], i) => {
    const [before, kmhBefore] = samples[i - 1] ?? [at, kmh];
    if (at < start - 1_500 || before > end + 1_500 || at === before) return false;
    return (((kmh - kmhBefore) / 3.6) * 1_000) / (at - before) / threshold >= 1;
  });

const itselfLines = (name: string, judged: readonly Scored[], which: 'shifted' | 'rounded'): string[] =>
  [...new Set(judged.map(({ drive }) => drive.source)), 'all'].map(source => {
    const some = judged.filter(({ drive }) => source === 'all' || drive.source === source);
    const { precision, recall } = pool(some.map(scored => scored[which]));
    return `  ${name.padEnd(56)}${source.padEnd(14)}precision ${cell(precision)} recall ${shareText(recall)}`;
  });

export const harshReferenceSection: Section = {
  name: 'harsh-reference',
  title: 'Harsh braking and acceleration against the runs of the reference (one-second differences), by overlap',
  run: async folder => {
    if (folder === undefined) return [];
    const drives = (await recordedDrives(folder)).filter(({ trip }) => !LEFT_OUT.test(trip));
    const judged = drives.filter(({ source }) => !NOT_MEASURABLE.includes(source)).flatMap(scoreOf);
    const silent = drives.filter(({ source }) => NOT_MEASURABLE.includes(source));
    const invented = silent.flatMap(({ folded }) => [...folded.harsh.values()].flat());
    return [
      [
        'drive or source'.padEnd(44),
        'm/s²'.padStart(6),
        ' ',
        'precision'.padEnd(24),
        'within 15 % of theirs'.padEnd(24),
        'recall'.padEnd(24),
        'of those 15 % beyond',
      ].join(' '),
      ...judged
        .filter(({ exact }) => exact.precision.of + exact.recall.of > 0)
        .map(scored => lineOf(scored.drive.trip, String(scored.threshold), scored)),
      '',
      ...[...new Set(judged.map(({ drive }) => drive.source))].map(source =>
        lineOf(source, 'all', poolAll(judged.filter(({ drive }) => drive.source === source))),
      ),
      ...REFERENCE_CASES.map(({ kind, threshold }) =>
        lineOf(kind, String(threshold), poolAll(judged.filter(scored => scored.threshold === threshold))),
      ),
      lineOf('all', 'all', poolAll(judged)),
      '',
      `Ours that are not theirs, where neighbouring samples reach the threshold without a grid of seconds: ${shareText(
        judged.reduce((sum, { between }) => ({ hits: sum.hits + between.hits, of: sum.of + between.of }), { hits: 0, of: 0 }),
      )}`,
      '',
      'The reference against itself, which bounds what any other detector can reach against it:',
      ...itselfLines('its seconds begin half a second later', judged, 'shifted'),
      ...itselfLines(`each sample off by what it is rounded to (${ROUNDS} rounds)`, judged, 'rounded'),
      '',
      `where the data cannot carry them (${silent.length} recordings of ${NOT_MEASURABLE.join(', ')}): ${invented.length} events`,
    ];
  },
};
