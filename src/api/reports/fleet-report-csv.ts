import { csvLine } from '../../model/csv-cell.js';
import { SCORE_PARTS } from '../../rollups/scoring.js';
import type { FleetReportWire } from './fleet-report-wire.js';

/** A line for each driver, best first, and one for the fleet; RFC 4180. */
export const fleetReportCsv = ({ drivers, exposure, score, rates }: FleetReportWire): string => {
  const kinds = rates.map(({ kind }) => kind);
  const head = [
    ...[
      'driver',
      'group',
      'rank',
      'score',
      'band_low',
      'band_high',
      'against_fleet',
      'change',
      'distance_km',
      'driving_s',
      'idle_s',
    ],
    ...['night_s', 'trips', ...SCORE_PARTS.map(part => `subscore_${part}`), ...kinds.map(kind => `${kind}_per_100km`)],
  ];
  const lines = drivers.map(one => [
    ...[
      one.driver,
      one.group,
      one.rank,
      one.score,
      one.band?.low,
      one.band?.high,
      one.against_fleet,
      one.change,
      one.distance_km,
    ],
    ...[one.driving_s, one.idle_s, one.night_s, one.trips, ...SCORE_PARTS.map(part => one.subscores[part])],
    ...kinds.map(kind => one.rates_per_100km[kind] ?? 0),
  ]);
  const fleet = [
    ...['Fleet', '', '', score.mean, '', '', '', score.change, exposure.distance_km, exposure.driving_s, exposure.idle_s],
    ...[exposure.night_s, exposure.trips, ...SCORE_PARTS.map(() => ''), ...rates.map(({ rate }) => rate)],
  ];
  return [head, ...lines, fleet].map(csvLine).join('');
};
