import type { Stretch } from '../tests/golden/reference-harsh.js';
import { answersOf } from '../tests/harness/real-data.js';
import { type HarshKind, LABEL_CASES } from './harsh-rules.js';
import { type AccuracyDrive, recordedDrives } from './recorded-drives.js';
import type { Section } from './section.js';
import { shareText } from './share.js';
import { type Agreement, agreement, pool, stretchOf } from './stretches.js';

interface Label {
  type: string;
  start_ts: number;
  end_ts: number;
}

const SOURCE = 'nds-blackbox';
const KIND_OF: Readonly<Record<string, HarshKind>> = {
  harsh_brake: 'harsh_braking',
  harsh_accel: 'harsh_acceleration',
  harsh_corner_right: 'harsh_cornering',
  harsh_corner_left: 'harsh_cornering',
};

interface Labelled {
  drive: AccuracyDrive;
  labels: (Stretch & { kind: HarshKind })[];
}

const labelled = async (folder: string): Promise<Labelled[]> => {
  const drives = (await recordedDrives(folder)).filter(({ source }) => source === SOURCE);
  return Promise.all(
    drives.map(async drive => {
      const { labels } = (await answersOf<{ labels: Label[] }>(folder, drive, 'labels')) ?? { labels: [] };
      return {
        drive,
        labels: labels.flatMap(({ type, start_ts: start, end_ts: end }) => {
          const kind = KIND_OF[type];
          return kind === undefined ? [] : [{ kind, start, end, peak: 0 }];
        }),
      };
    }),
  );
};

const lineOf = (name: string, { precision, recall }: Agreement): string =>
  [name.padEnd(34), shareText(precision).padEnd(24), shareText(recall)].join(' ');

export const harshLabelsSection: Section = {
  name: 'harsh-labels',
  title: `Harsh events on ${SOURCE} against the labels of its own recorder, 0.35 g, by overlap`,
  run: async folder => {
    if (folder === undefined) return [];
    const drives = await labelled(folder);
    const lines: string[] = [];
    for (const own of [true, false]) {
      const cases = LABEL_CASES.filter(one => one.own === own);
      const of = ({ drive, labels }: Labelled, { id, kind }: (typeof cases)[number]): Agreement =>
        agreement(
          drive.folded.harsh.get(id)!.map(stretchOf),
          labels.filter(label => label.kind === kind),
        );
      lines.push(
        own
          ? 'as the recorder does it: each sample (1 Hz) as it is told, at any speed'
          : 'by the product’s windows, at 10 km/h or more: what motion of a second or two bears out',
        ['drive or kind'.padEnd(34), 'precision'.padEnd(24), 'recall'].join(' '),
        ...drives
          .map(one => ({ trip: one.drive.trip, agreed: pool(cases.map(each => of(one, each))) }))
          .filter(({ agreed }) => agreed.precision.of + agreed.recall.of > 0)
          .map(({ trip, agreed }) => lineOf(trip, agreed)),
        ...cases.map(each => lineOf(each.kind, pool(drives.map(one => of(one, each))))),
        lineOf('all', pool(drives.flatMap(one => cases.map(each => of(one, each))))),
      );
      const quiet = drives.filter(({ labels }) => labels.length === 0);
      const events = quiet.flatMap(({ drive }) => cases.flatMap(({ id }) => drive.folded.harsh.get(id)!));
      lines.push(`${quiet.length} drives without a label: ${events.length} events`, '');
    }
    return lines;
  },
};
