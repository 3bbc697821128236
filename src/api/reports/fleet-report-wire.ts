import { z } from 'zod';
import type { DriverId } from '../../model/ids.js';
import type { EventRate, Exposure, FleetReport } from '../../rollups/fleet-report.js';
import { isoTime } from '../http/fields.js';
import { rounded, roundedOrNull } from '../wire/iso.js';
import { scoreVersion } from '../wire/scorecard.js';

const score = z.number().nullable();
const exposure = z.object({
  drivers: z.number().int(),
  distance_km: z.number(),
  driving_s: z.number(),
  idle_s: z.number(),
  night_s: z.number(),
  trips: z.number().int(),
});

export const fleetReport = z
  .object({
    from: z.string(),
    to: z.string(),
    zone: z.string(),
    group: z.string().nullable(),
    made_at: isoTime,
    pseudonyms: z.boolean(),
    version: scoreVersion,
    compared_with: z.object({ from: z.string(), to: z.string() }),
    exposure,
    exposure_before: exposure,
    score: z.object({
      mean: score.describe('Of the drivers, by distance'),
      before: score,
      change: score,
      quartiles: z.array(z.number()).length(3).nullable(),
    }),
    trend: z.array(z.object({ day: z.string(), score, distance_km: z.number() })).describe('The fleet as one driver, by week'),
    rates: z
      .array(
        z.object({
          ...{ kind: z.string(), count: z.number().int(), rate: z.number(), low: z.number(), high: z.number() },
          ...{ before: z.number(), verdict: z.enum(['improved', 'worse', 'no_clear_change', 'not_enough_driving']) },
        }),
      )
      .describe('Per 100 km, with 80 % intervals'),
    best: z.array(z.string()),
    worst: z.array(z.string()),
    groups: z.array(
      z.object({
        ...{ group: z.string().nullable(), drivers: z.number().int(), distance_km: z.number(), score },
        events_per_100km: z.number(),
      }),
    ),
    drivers: z.array(
      z.object({
        ...{ driver: z.string(), group: z.string().nullable(), rank: z.number().int().nullable(), percentile: score, score },
        band: z.object({ low: z.number(), high: z.number() }).nullable(),
        ...{ against_fleet: score, change: score, distance_km: z.number(), driving_s: z.number(), idle_s: z.number() },
        ...{ night_s: z.number(), trips: z.number().int() },
        subscores: z.record(z.string(), score),
        rates_per_100km: z.record(z.string(), z.number()),
      }),
    ),
  })
  .meta({ id: 'FleetReport' });
export type FleetReportWire = z.infer<typeof fleetReport>;

export interface ReportFrame
  extends Pick<
    FleetReportWire,
    'from' | 'to' | 'zone' | 'group' | 'made_at' | 'pseudonyms' | 'version' | 'compared_with' | 'trend'
  > {
  /** How a driver is called in this report. */
  nameOf(driver: DriverId): string;
  groupOf(driver: DriverId): string | null;
}

export const fleetReportWire = (report: FleetReport, { nameOf, groupOf, ...frame }: ReportFrame): FleetReportWire => ({
  ...frame,
  exposure: exposureWire(report.exposure),
  exposure_before: exposureWire(report.before),
  score: {
    mean: roundedOrNull(report.score.mean, 1),
    before: roundedOrNull(report.score.before, 1),
    change:
      report.score.mean === null || report.score.before === null ? null : rounded(report.score.mean - report.score.before, 1),
    quartiles: report.score.quartiles?.map(of => rounded(of, 1)) ?? null,
  },
  rates: report.rates.map(rateWire),
  best: report.best.map(nameOf),
  worst: report.worst.map(nameOf),
  groups: report.groups.map(({ group, drivers, distance, score: of, eventsPer100Km }) => ({
    ...{ group, drivers, distance_km: rounded(distance, 1), score: roundedOrNull(of, 1) },
    events_per_100km: rounded(eventsPer100Km, 2),
  })),
  drivers: report.drivers.map(({ driver, driven, ...card }) => ({
    ...{ driver: nameOf(driver), group: groupOf(driver), rank: card.rank, percentile: roundedOrNull(card.percentile, 1) },
    ...{ score: roundedOrNull(card.score, 1), against_fleet: roundedOrNull(card.againstFleet, 1) },
    band: card.band && { low: rounded(card.band.low, 1), high: rounded(card.band.high, 1) },
    ...{ change: roundedOrNull(card.change, 1), distance_km: rounded(driven.distance, 1), driving_s: rounded(driven.driving, 0) },
    ...{ idle_s: rounded(driven.idle, 0), night_s: rounded(driven.night, 0), trips: driven.trips },
    subscores: Object.fromEntries(Object.entries(card.subscores).map(([part, of]) => [part, roundedOrNull(of, 1)])),
    rates_per_100km: Object.fromEntries(Object.entries(card.ratesPer100Km).map(([kind, rate]) => [kind, rounded(rate, 2)])),
  })),
});

const exposureWire = ({ drivers, distance, driving, idle, night, trips }: Exposure): z.infer<typeof exposure> => ({
  ...{ drivers, distance_km: rounded(distance, 1), driving_s: rounded(driving, 0), idle_s: rounded(idle, 0) },
  ...{ night_s: rounded(night, 0), trips },
});

const rateWire = ({ kind, verdict, before, since }: EventRate): FleetReportWire['rates'][number] => ({
  ...{ kind, count: since.count, rate: rounded(since.rate, 2), low: rounded(since.low, 2), high: rounded(since.high, 2) },
  ...{ before: rounded(before.rate, 2), verdict },
});
