import { recordedDrives } from './recorded-drives.js';
import type { Section } from './section.js';

const countsOf = (kinds: readonly string[]): string =>
  [...new Set(kinds)]
    .sort()
    .map(kind => `${kind} ${kinds.filter(other => other === kind).length}`)
    .join(', ');

/** Alerts that say the truth of a recording that ends; nobody drives on after it. */
const OF_THE_RECORDING = ['device_offline'];

export const alertsSection: Section = {
  name: 'alerts',
  title: 'Alerts of the default rules on each drive, suppressed repeats not counted',
  run: async folder => {
    if (folder === undefined) return [];
    const drives = await recordedDrives(folder);
    const all = drives.map(({ trip, folded, duration_s }) => ({
      trip,
      hours: duration_s / 3_600,
      kinds: folded.alerts.map(({ kind }) => kind as string).filter(kind => !OF_THE_RECORDING.includes(kind)),
    }));
    const hours = all.reduce((sum, drive) => sum + drive.hours, 0);
    return [
      ...all.map(({ trip, kinds }) => `${trip.padEnd(48)}${countsOf(kinds) || '–'}`),
      '',
      `${drives.length} recordings, ${hours.toFixed(1)} h: ${countsOf(all.flatMap(({ kinds }) => kinds))}`,
    ];
  },
};
