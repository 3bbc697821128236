import type { Stretch } from '../tests/golden/reference-harsh.js';
import type { DriveEvent } from '../tests/harness/real-data.js';
import { CORNER_CASES } from './harsh-rules.js';
import { recordedDrives } from './recorded-drives.js';
import type { Section } from './section.js';
import { shareText } from './share.js';
import { type Agreement, agreement, pool, stretchOf } from './stretches.js';

const LONGEST_STEP = 3_000;
const SLOWEST_KMH = 10;
/** The reference takes differences of single fixes; ours says what two seconds bear out. */
const BAND = 0.25;

/** By the definition of the reference: speed × change of heading between fixes up to 3 s apart, both at 10 km/h or more; runs at or past it. */
const referenceCorners = (events: readonly DriveEvent[], threshold: number): Stretch[] => {
  const runs: Stretch[] = [];
  let before: { ts: number; speed: number; heading: number } | undefined;
  let open: Stretch | undefined;
  for (const { ts, gps } of events) {
    const speed = gps?.speed_kmh;
    const heading = gps?.heading;
    if (typeof speed !== 'number' || typeof heading !== 'number') continue;
    const dt = before === undefined ? 0 : ts - before.ts;
    let force = 0;
    if (before !== undefined && dt > 0 && dt <= LONGEST_STEP && Math.min(speed, before.speed) >= SLOWEST_KMH) {
      const turn = ((heading - before.heading + 540) % 360) - 180;
      force = (((speed + before.speed) / 7.2) * ((turn * Math.PI) / 180) * 1_000) / dt;
    }
    if (before !== undefined && Math.abs(force) >= threshold) {
      if (open === undefined || Math.sign(open.peak) !== Math.sign(force)) {
        open = { start: before.ts, end: ts, peak: force };
        runs.push(open);
      }
      open.end = ts;
      if (Math.abs(force) > Math.abs(open.peak)) open.peak = force;
    } else open = undefined;
    before = { ts, speed, heading };
  }
  return runs;
};

const lineOf = (name: string, { precision, recall }: Agreement, nearly: Agreement): string =>
  [name.padEnd(34), shareText(precision).padEnd(24), shareText(nearly.precision).padEnd(26), shareText(recall)].join(' ');

export const harshCornersSection: Section = {
  name: 'harsh-corners',
  title: 'Harsh cornering by GPS against the runs of the reference (speed × change of heading between two fixes), by overlap',
  run: async folder => {
    if (folder === undefined) return [];
    const drives = (await recordedDrives(folder)).filter(({ events }) =>
      events.some(({ gps }) => typeof gps?.heading === 'number'),
    );
    const lines = [
      ['source and m/s²'.padEnd(34), 'precision'.padEnd(24), 'within 25 % of theirs'.padEnd(26), 'recall'].join(' '),
    ];
    for (const { id, threshold } of CORNER_CASES) {
      const scored = drives.map(drive => {
        const ours = drive.folded.harsh.get(id)!.map(stretchOf);
        return {
          source: drive.source,
          exact: agreement(ours, referenceCorners(drive.events, threshold)),
          nearly: agreement(ours, referenceCorners(drive.events, threshold * (1 - BAND))),
        };
      });
      for (const source of new Set(scored.map(one => one.source))) {
        const own = scored.filter(one => one.source === source);
        const exact = pool(own.map(one => one.exact));
        if (exact.precision.of + exact.recall.of > 0)
          lines.push(lineOf(`${source} ${threshold}`, exact, pool(own.map(one => one.nearly))));
      }
      lines.push(lineOf(`all ${threshold}`, pool(scored.map(one => one.exact)), pool(scored.map(one => one.nearly))));
    }
    return lines;
  },
};
