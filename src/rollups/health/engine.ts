import { type Estimator, type HealthState, notEnoughData, rounded } from './part-health.js';

const RECENT = 5;
const OFTEN = 2;
/** Obd-facts §5: an idle that jumps by more supports a misfire. */
export const ROUGH_IDLE = 60;
export const LEAST_IDLE_SAMPLES = 30;
const MISFIRE = /^P03(0\d|1[0-2])$/;

/** Misfires: by trouble codes, supported by a rough idle. */
export const estimateMisfire: Estimator = days => {
  const measured = days.filter(({ misfire }) => misfire.idleDeviation !== null && misfire.samples >= LEAST_IDLE_SAMPLES);
  const trend = measured.map(({ day, misfire }) => ({ day, value: rounded(misfire.idleDeviation!, 1) }));
  const samples = measured.reduce((n, { misfire }) => n + misfire.samples, 0);
  const newest = days.at(-1);
  const codes = newest?.codes.filter(({ code }) => MISFIRE.test(code)).map(({ code }) => code) ?? [];
  if (trend.length === 0 && codes.length === 0) return notEnoughData('rpm', 'misfire');
  const rough = measured.slice(-RECENT).filter(({ misfire }) => misfire.idleDeviation! > ROUGH_IDLE).length;
  let state: HealthState = rough >= OFTEN ? 'watch' : 'ok';
  if (codes.length > 0) state = newest!.milOn ? 'critical' : 'warning';
  const idle = trend.length > 0 ? `The idle steps by ${trend.at(-1)!.value} rpm` : 'The idle was not measured';
  const note = codes.length > 0 ? `${codes.join(', ')} stored. ${idle}.` : `No misfire code. ${idle}.`;
  return {
    state,
    value: trend.at(-1)?.value ?? null,
    unit: 'rpm',
    trend,
    forecast: null,
    data: { days: trend.length, samples },
    note,
    said: [{ code: 'misfire', codes: codes.join(', '), rpm: trend.at(-1)?.value ?? null }],
  };
};

const REASONS = {
  torque: 'gives far less than it used to at the same speed',
  manifold_pressure: 'gets too little air under full pedal',
  stuck_rpm: 'does not rev up under full pedal',
} as const;

/** Limp mode: the engine gives far less than the pedal asks and than it used to. */
export const estimateEnginePower: Estimator = days => {
  const used = days.filter(({ power }) => power.demanded > 0);
  if (used.length === 0) return notEnoughData('s', 'pedal');
  const recent = used.slice(-RECENT);
  const derated = recent.filter(({ power }) => power.derates > 0);
  const times = derated.reduce((n, { power }) => n + power.derates, 0);
  const last = derated.at(-1);
  let state: HealthState = 'ok';
  if (times > 0) state = derated.length >= OFTEN || times >= 3 ? 'warning' : 'watch';
  const trend = used.map(({ day, power }) => ({ day, value: rounded(power.derated, 0) }));
  const how = last?.power.reason ?? 'torque';
  const note =
    last === undefined
      ? 'The engine gives what the pedal asks.'
      : `The engine ${REASONS[how]}: ${times} times on the last ${recent.length} days.`;
  return {
    state,
    value: trend.at(-1)!.value,
    unit: 's',
    trend,
    forecast: null,
    data: { days: used.length, samples: times },
    note,
    said: [last === undefined ? { code: 'power_well' } : { code: 'power_missing', how, times, days: recent.length }],
  };
};
