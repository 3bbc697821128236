import fc from 'fast-check';
import type { DtcNews, HealthNews, Moment } from '../../src/model/moment.js';
import type { Schedule } from '../../src/model/schedule.js';
import { VEHICLE_CLASSES } from '../../src/model/vehicle.js';
import type { ExampleMoment } from '../../src/rules/define-rule.js';
import { momentOf } from '../../src/rules/run-example.js';

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** A second or some minutes in the life of a vehicle; each thing is sent or not. Values dwell around the usual thresholds. */
const anyMoment = fc.record({
  wait: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 900_000 })),
  class: fc.constantFrom(...VEHICLE_CLASSES),
  trip: maybe(fc.constantFrom('t-1', 't-2')),
  engineOn: maybe(fc.boolean()),
  speed: maybe(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 180 }))),
  location: maybe(
    fc.record({ lat: fc.double({ min: 50, max: 50.01, noNaN: true }), lon: fc.double({ min: 8, max: 8.01, noNaN: true }) }),
  ),
  acceleration: maybe(fc.double({ min: -9, max: 9, noNaN: true })),
  cornering: maybe(fc.double({ min: -9, max: 9, noNaN: true })),
  crossing: maybe(fc.constantFrom('inside' as const, 'outside' as const)),
  dtc: maybe(
    fc.record({
      code: fc.constantFrom('', 'P0301', 'U0100'),
      state: fc.constantFrom<DtcNews['state']>('pending', 'confirmed', 'permanent', 'cleared'),
      milOn: fc.boolean(),
    }),
  ),
  acc: maybe(
    fc.record({
      x: fc.integer({ min: -40, max: 40 }),
      y: fc.integer({ min: -40, max: 40 }),
      z: fc.integer({ min: -10, max: 30 }),
    }),
  ),
  volts: maybe(fc.constantFrom(0, 4, 8.5, 11.5, 12.6, 12.9, 14.1, 15.5)),
  odometer: maybe(fc.integer({ min: 1_000, max: 1_003 })),
  blow: maybe(fc.double({ min: 0, max: 60, noNaN: true })),
  driver: maybe(fc.constantFrom('d-1', 'd-2')),
  vehicleLimit: maybe(fc.constantFrom(30, 90)),
  fenceLimit: maybe(fc.constantFrom(30, 70)),
  registeredOdometer: maybe(fc.constantFrom(999, 1_001)),
  tripDistance: maybe(fc.double({ min: 0, max: 400, noNaN: true })),
  stays: fc.array(
    fc.record({
      geofence: fc.constantFrom('f-1', 'f-2'),
      // Of a visit: since when, in minutes of the trace.
      visit: fc.constantFrom(0, 1),
      dwell: fc.constantFrom(60_000, 1_800_000),
      scheduled: fc.boolean(),
      leaving: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  healthNews: maybe(
    fc.record({
      part: fc.constantFrom<HealthNews['part']>('battery', 'charging', 'coolant'),
      bad: fc.boolean(),
      value: fc.constantFrom(null, 11.9),
      daysLeft: fc.constantFrom(null, 0, 12),
    }),
  ),
  signals: fc.record(
    {
      engine_rpm: fc.constantFrom(0, 800, 2_500, 5_500),
      coolant_temp: fc.constantFrom(20, 90, 112, 117, 121),
      fuel_level: fc.constantFrom(4, 9, 20, 60, 80),
      control_module_voltage: fc.constantFrom(11.4, 12.5, 12.8, 14.2, 15.6),
      pto_active: fc.constantFrom(0, 1),
      odometer: fc.constantFrom(1_000, 1_002, 9_000),
      engine_run_time_total: fc.constantFrom(3_600, 4_000, 360_000),
      mil_on: fc.constantFrom(0, 1),
      engine_torque_limit: fc.constantFrom(40, 100),
    },
    { requiredKeys: [] },
  ),
});

const START = 1_700_000_000_000;

/** By distance, by hours and by date; what was done last is known or not. */
const anyPlan = fc.array(
  fc.record({
    name: fc.constantFrom('oil', 'brakes', 'tyres'),
    every_km: fc.constantFrom(null, 2, 10_000),
    every_hours: fc.constantFrom(null, 1, 500),
    every_days: fc.constantFrom(null, 1, 365),
    due_date: fc.constantFrom(null, '2023-11-15', '2023-12-24'),
    last: fc.record({
      odometer_km: fc.constantFrom(null, 1_000),
      engine_hours: fc.constantFrom(null, 1),
      date: fc.constantFrom(null, '2023-11-14'),
    }),
  }),
  { maxLength: 2 },
);

/** The hours in which a fence counts, or a vehicle is used. */
const NIGHTLY: Schedule = { zone: 'Europe/Berlin', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' }] };

/** Some traces stay as their first moment is: what has to last, lasts. */
const steadyLike = (steps: Steps, steady: boolean): Steps => {
  const [first] = steps;
  if (!steady || first === undefined) return steps;
  const { speed, engineOn, volts } = first;
  return steps.map(({ signals, wait, ...step }) => {
    const { control_module_voltage: _, engine_rpm: __, pto_active: ___, ...others } = signals;
    // No pause that would begin anything anew.
    return { ...step, wait: Math.round(wait / 10), speed, engineOn, volts, signals: others };
  });
};
type Steps = (typeof anyMoment extends fc.Arbitrary<infer T> ? T : never)[];

/** Up to sixty moments of one vehicle, with all that a rule may be shown; what is sent, and how long it lasts, by chance. */
export const anyTrace: fc.Arbitrary<Moment[]> = fc
  .tuple(fc.array(anyMoment, { maxLength: 60, size: 'max' }), fc.boolean(), anyPlan, anyPlan)
  .map(([any, steady, first, second]) => {
    const steps = steadyLike(any, steady);
    let at = START;
    const trace: Moment[] = [];
    let before: ExampleMoment | undefined;
    for (const {
      wait,
      acceleration,
      cornering,
      crossing,
      dtc,
      acc,
      volts,
      odometer,
      signals,
      stays,
      healthNews,
      ...rest
    } of steps) {
      at += wait;
      const example: ExampleMoment = {
        ...rest,
        at,
        zone: 'Europe/Berlin',
        // People change the plan in the middle.
        servicePlan: unique(trace.length < 30 ? first : second, ({ name }) => name),
        stays: unique(stays, ({ geofence }) => geofence).map(({ geofence, visit, dwell, scheduled, leaving }) => ({
          geofence,
          name: geofence,
          since: START + visit * 60_000,
          location: { lat: 50, lon: 8 },
          dwell,
          schedule: scheduled ? NIGHTLY : null,
          leaving,
        })),
        healthNews:
          healthNews === undefined ? [] : [{ ...healthNews, unit: 'V', threshold: 12.2, text: 'The battery ages.', said: [] }],
        fix: rest.location && {
          ...rest.location,
          speed: rest.speed,
          heading: 90,
          altitude: undefined,
          hdop: 1,
          sats: 9,
          accuracy: undefined,
        },
        accelerations:
          acceleration === undefined ? [] : [{ value: acceleration, at: at - 900, source: 'gps', speed: rest.speed }],
        cornerings: cornering === undefined ? [] : [{ value: cornering, at: at - 900, source: 'gps', speed: rest.speed }],
        force: acc && { forward: acc.y, right: acc.x },
        crossings:
          crossing === undefined
            ? []
            : [{ geofence: 'f-1', name: 'Depot', side: crossing, at: at - 100, provenAt: at, location: { lat: 50, lon: 8 } }],
        dtcNews: dtc === undefined ? [] : [dtc],
        reading: { signals, externalVoltage: volts, odometer, acc },
      };
      trace.push(momentOf(example, before));
      before = example;
    }
    return trace;
  });

const unique = <T>(some: readonly T[], keyOf: (one: T) => string): T[] => [
  ...new Map(some.map(one => [keyOf(one), one])).values(),
];
