import { z } from 'zod';
import { HEALTH_PARTS, type HealthDay, type HealthPart } from '../../model/health.js';
import type { HealthFinding, HealthReport } from '../../rollups/health/health-report.js';
import { HEALTH_STATES, type PartHealth } from '../../rollups/health/part-health.js';
import type { ServiceOutlook } from '../../rollups/health/service-outlook.js';
import { roundedOrNull } from './iso.js';
import { sayings } from './saying.js';

const state = z.enum(HEALTH_STATES).describe('`not_enough_data` is an answer: `note` says what is missing');

const forecast = z
  .object({
    at: z.string().describe('The day on which the limit is expected to be passed'),
    low: z.string().describe('The band, nine times in ten if the trend goes on'),
    high: z.string().nullable().describe('Null where it may never come to it'),
    text: z.string(),
  })
  .meta({ id: 'HealthForecast' });

const part = z
  .object({
    state,
    value: z.number().nullable(),
    unit: z.string(),
    trend: z.array(z.object({ day: z.string(), value: z.number() })),
    forecast: forecast.nullable(),
    data: z.object({ days: z.number().int(), samples: z.number().int() }).describe('What stands behind it'),
    note: z.string(),
    said: sayings.describe('The sentences of `note`, for other languages'),
  })
  .meta({ id: 'PartHealth' });

const finding = z
  .object({
    part: z.enum([...HEALTH_PARTS, 'dtc', 'service', 'readiness']),
    state: z.enum(['critical', 'warning', 'watch']),
    text: z.string(),
    said: sayings.describe('The sentences of `text`, for other languages; without the name of the part'),
    at: z.string().nullable().describe('The day it is expected to matter'),
  })
  .meta({ id: 'HealthFinding' });

const dtc = z.object({
  code: z.string(),
  state: z.enum(['pending', 'confirmed', 'permanent']),
  text: z.string(),
});

const readiness = z.object({
  ready: z.boolean(),
  incomplete: z.array(z.string()).describe('Monitors that have not run since codes were cleared'),
  note: z.string(),
});

const service = z.object({
  name: z.string(),
  due: z.string().nullable().describe('Expected day, by how much the vehicle is used'),
  left_km: z.number().nullable(),
  left_hours: z.number().nullable(),
  left_days: z.number().nullable(),
  state: z.enum(['critical', 'warning', 'watch', 'ok']),
  text: z.string(),
});

export const vehicleHealth = z
  .object({
    vehicle: z.string(),
    day: z.string().nullable().describe('The newest day that anything is known of'),
    state,
    ...(Object.fromEntries(HEALTH_PARTS.map(name => [name, part])) as Record<HealthPart, typeof part>),
    dtcs: z.array(dtc),
    mil: z.boolean().nullable().describe('The malfunction lamp; null where nothing is told'),
    readiness: readiness.nullable(),
    odometer_km: z.number().nullable(),
    engine_hours: z.number().nullable().describe('In the days looked at'),
    service: z.array(service),
    findings: z.array(finding).describe('Most urgent first'),
  })
  .meta({ id: 'VehicleHealth' });
export type VehicleHealthWire = z.infer<typeof vehicleHealth>;

export const fleetHealth = z
  .object({
    vehicle: z.string(),
    name: z.string(),
    group: z.string().nullable(),
    day: z.string().nullable(),
    state,
    urgency: z.number().describe('Higher is more urgent'),
    parts: z.record(z.string(), state),
    findings: z.array(finding),
    mil: z.boolean().nullable(),
  })
  .meta({ id: 'FleetHealth' });

const partWire = ({ forecast: expected, ...rest }: PartHealth): z.infer<typeof part> => {
  if (expected === null) return { ...rest, forecast: null };
  const { said: _inTheNote, ...told } = expected;
  return { ...rest, forecast: told };
};

export const vehicleHealthWire = (
  vehicle: string,
  days: readonly HealthDay[],
  report: HealthReport,
  services: readonly ServiceOutlook[],
  wordsOf: (code: string) => string,
): VehicleHealthWire => {
  const newest = days.at(-1);
  const parts = Object.fromEntries(HEALTH_PARTS.map(name => [name, partWire(report.parts[name])])) as Record<
    HealthPart,
    z.infer<typeof part>
  >;
  const odometer = days.findLast(({ use }) => use.odometer !== null)?.use.odometer ?? null;
  return {
    vehicle,
    day: newest?.day ?? null,
    state: report.state,
    ...parts,
    dtcs: (newest?.codes ?? []).map(({ code, state: of }) => ({ code, state: of, text: wordsOf(code) })),
    mil: newest?.milOn ?? null,
    readiness: readinessWire(newest),
    odometer_km: odometer,
    engine_hours: days.length === 0 ? null : Math.round(days.reduce((s, { use }) => s + use.engineOn, 0) / 360) / 10,
    service: services.map(({ left, said: _inFindings, ...rest }) => ({
      ...rest,
      left_km: roundedOrNull(left.km ?? null, 0),
      left_hours: roundedOrNull(left.hours ?? null, 1),
      left_days: roundedOrNull(left.days ?? null, 1),
    })),
    findings: report.findings,
  };
};

const readinessWire = (newest: HealthDay | undefined): z.infer<typeof readiness> | null => {
  const incomplete = newest?.incomplete ?? null;
  if (incomplete === null) return null;
  const note =
    incomplete.length === 0
      ? 'All monitors have run: ready for an inspection.'
      : `${incomplete.length} monitors have not run since the codes were cleared or the battery was off: drive on before an inspection.`;
  return { ready: incomplete.length === 0, incomplete: [...incomplete], note };
};

export type { HealthFinding };
