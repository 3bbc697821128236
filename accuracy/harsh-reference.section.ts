import { readingsOf } from '../tests/golden/fold-trips.js';
import type { Stretch } from '../tests/golden/reference-harsh.js';
import { referenceStretches } from '../tests/golden/reference-harsh.js';
import { REFERENCE_CASES } from './harsh-rules.js';
import { type AccuracyDrive, recordedDrives } from './recorded-drives.js';
import type { Section } from './section.js';
import { type Share, shareText } from './share.js';
import { type Agreement, agreement, pool, stretchOf } from './stretches.js';

/** Nothing is to be found: positions every 5 s; values that are held and then jump; receivers that stand still. */
export const NOT_MEASURABLE: readonly string[] = ['envirocar', 'rsk-twizy', 'gpsd-stationary'];
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
}

const scoreOf = (drive: AccuracyDrive): Scored[] => {
  const readings = readingsOf(drive.events);
  return REFERENCE_CASES.map(({ id, threshold }) => {
    const ours = drive.folded.harsh.get(id)!.map(stretchOf);
    const at = (part: number) => agreement(ours, referenceStretches(readings, threshold * part));
    return { drive, threshold, ours, exact: at(1), band: { precision: at(1 - BAND).precision, recall: at(1 + BAND).recall } };
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
      `where the data cannot carry them (${silent.length} recordings of ${NOT_MEASURABLE.join(', ')}): ${invented.length} events`,
    ];
  },
};
