import type { FuelMethod } from '../src/model/fuel.js';
import { HEALTH_PARTS } from '../src/model/health.js';
import { healthReportOf } from '../src/rollups/health/health-report.js';
import { type AccuracyDrive, recordedDrives } from './recorded-drives.js';
import type { Section } from './section.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What a vehicle that somebody drove without complaint is said to have. */
export const findingsOf = ({ folded }: AccuracyDrive): string[] =>
  healthReportOf(folded.healthDays).findings.map(({ text }) => text);

const measuredOf = ({ folded }: AccuracyDrive): string => {
  const { parts } = healthReportOf(folded.healthDays);
  return HEALTH_PARTS.filter(part => parts[part].state !== 'not_enough_data')
    .map(part => `${part} ${parts[part].value} ${parts[part].unit}`)
    .join(', ');
};

const fuelText = ({ folded }: AccuracyDrive): string => {
  const amounts = new Map<FuelMethod, number>();
  for (const { burnt } of folded.fuelDays)
    for (const [method, litres] of Object.entries(burnt) as [FuelMethod, number][])
      amounts.set(method, (amounts.get(method) ?? 0) + litres);
  const measured = sum(folded.fuelDays.map(day => day.measured));
  const litres = sum([...amounts.values()]);
  if (litres === 0) return '';
  const waste = sum(folded.fuelDays.flatMap(day => [day.idle, ...Object.values(day.waste)]));
  const per = measured >= 1 ? `${((litres / measured) * 100).toFixed(1)} L/100 km` : '';
  return `${litres.toFixed(2)} L ${[...amounts.keys()].join('+')} ${per}, ${((waste / litres) * 100).toFixed(0)} % waste`;
};

/** What the estimators say of drives of vehicles that nothing is known to be wrong with: a finding here is a false one. */
export const healthDrivesSection: Section = {
  name: 'health-drives',
  title: 'Health and fuel on recorded drives: what was measured, and findings, which there should be none of',
  run: async folder => {
    if (folder === undefined) return [];
    const drives = (await recordedDrives(folder)).filter(({ folded }) => folded.healthDays.length > 0);
    const findings = drives.flatMap(findingsOf);
    return [
      ...drives
        .map(drive => ({ drive, measured: measuredOf(drive), fuel: fuelText(drive) }))
        .filter(({ measured, fuel }) => measured !== '' || fuel !== '')
        .map(({ drive, measured, fuel }) => `${drive.trip.padEnd(48)}${[fuel, measured].filter(text => text !== '').join('; ')}`),
      '',
      `${drives.length} drives that tell something of their health: ${findings.length} findings`,
      ...findings.map(text => `  ${text}`),
    ];
  },
};
