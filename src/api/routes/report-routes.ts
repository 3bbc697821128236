import { z } from 'zod';
import { pooled, fleetReport as reportOf } from '../../rollups/fleet-report.js';
import { plainScore } from '../../rollups/score.js';
import { FORMULA_VERSION } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import { dayRange } from '../http/day-range.js';
import { group } from '../http/fields.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { fleetReportCsv } from '../reports/fleet-report-csv.js';
import { fleetReportHtml } from '../reports/fleet-report-html.js';
import { fleetReport, fleetReportWire } from '../reports/fleet-report-wire.js';
import { pseudonyms } from '../reports/pseudonyms.js';
import { scoringHistory, scoringOn } from '../scores/fleet-scoring.js';
import { periodBefore, periodOf } from '../scores/period.js';
import { driversWanted, scoreReader } from '../scores/score-reader.js';
import { iso, rounded, roundedOrNull } from '../wire/iso.js';

/** A page of its own, with nothing in it that runs or loads. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const reportRoutes = ({
  registry,
  database,
  clock,
  config,
}: Pick<ApiDeps, 'registry' | 'database' | 'clock' | 'config'>): AnyRoute[] => {
  const reader = scoreReader({ registry, database });

  return [
    defineRoute({
      method: 'get',
      path: '/reports/fleet',
      action: 'reports.read',
      tag: 'scorecards',
      summary:
        'What a fleet drove and how, for its insurer: exposure, rates, trend, benchmark, drivers; as a page to print, CSV or JSON',
      query: z.object({
        ...dayRange.shape,
        group: group.optional(),
        format: z.enum(['html', 'csv', 'json']).default('json'),
        pseudonyms: z
          .enum(['true', 'false'])
          .default('false')
          .transform(given => given === 'true')
          .describe('True: drivers are called by names of this report that lead to nobody'),
      }),
      answer: fleetReport,
      produces: ['text/csv', 'text/html'],
      audit: true,
      async run({ query, caller, res }) {
        const { zone } = registry.settings();
        const period = periodOf(query, zone, clock.now());
        const earlier = periodBefore(period, zone);
        const { version, scoring } = scoringOn(await scoringHistory({ database }), period.to);
        const people = await reader.people();
        const wanted = driversWanted(caller, query.group, people);
        const [now, before] = [await reader.weeks(caller, period), await reader.driving(caller, earlier)];
        if (wanted !== undefined)
          for (const drivings of [now.driving, before])
            for (const driver of drivings.keys()) if (!wanted(driver)) drivings.delete(driver);

        const drivers = [...now.driving.keys()];
        const hidden = pseudonyms(drivers, config.adminTokenHash, `${period.from} ${period.to} ${query.group ?? ''}`);
        const groupOf = (driver: string) => people.get(driver)?.group ?? null;
        const wire = fleetReportWire(reportOf(now.driving, before, groupOf, scoring), {
          ...{ from: period.from, to: period.to, zone, group: query.group ?? null, made_at: iso(clock.now()) },
          ...{
            pseudonyms: query.pseudonyms,
            version: { formula: FORMULA_VERSION, scoring: version, rules: reader.ruleVersions(caller) },
          },
          compared_with: { from: earlier.from, to: earlier.to },
          trend: now.weeksOf(drivers).map(({ day, drivings }) => {
            const all = pooled(drivings);
            return { day, score: roundedOrNull(plainScore(all, scoring), 1), distance_km: rounded(all.distance, 1) };
          }),
          nameOf: driver => (query.pseudonyms ? hidden.get(driver)! : (people.get(driver)?.name ?? driver)),
          groupOf,
        });
        if (query.format === 'json') return wire;
        const name = `fleet-report-${period.from}-${period.to}`;
        res.set('Cache-Control', 'no-store');
        if (query.format === 'csv') res.attachment(`${name}.csv`).type('text/csv').send(fleetReportCsv(wire));
        else res.type('text/html').set('Content-Security-Policy', PAGE_POLICY).send(fleetReportHtml(wire));
        return wire;
      },
    }),
  ];
};
