import { medianOf } from '../src/rollups/health/theil-sen.js';
import { alertDelays, DAYS, type ForecastError, falseFindings, forecastErrors, type Life, livesOf } from './health-faults.js';
import type { Section } from './section.js';

const LIVES = 12;
const AHEAD = [30, 21, 14, 7];

const forecastLine = (name: string, ahead: number, { lives, told, errors, covered }: ForecastError): string =>
  [
    name.padEnd(28),
    `${ahead}`.padStart(6),
    `${told} of ${lives}`.padStart(12),
    (errors.length === 0 ? '–' : medianOf(errors).toFixed(1)).padStart(12),
    (errors.length === 0 ? '–' : medianOf(errors.map(Math.abs)).toFixed(1)).padStart(12),
    (errors.length === 0 ? '–' : Math.max(...errors.map(Math.abs)).toFixed(0)).padStart(10),
    `${covered} of ${told}`.padStart(14),
  ].join(' ');

const alertLine = (name: string, lives: readonly Life[], about: RegExp): string => {
  const failing = lives.filter(({ fails }) => fails !== undefined);
  const delays = alertDelays(failing, about).filter(delay => delay !== undefined);
  const [least, most] = [Math.min(...delays), Math.max(...delays)];
  const range = delays.length === 0 ? '' : `, days after the truth: median ${medianOf(delays)}, ${least} to ${most}`;
  return `${name.padEnd(28)} told in ${delays.length} of ${failing.length}${range}`;
};

/** Faults that are simulated, so that the truth is known to the day: what the estimators of health say of them, and when. */
export const healthFaultsSection: Section = {
  name: 'health-faults',
  title: `Health: ${LIVES} simulated lives of ${DAYS} days for each fault, with noise and weather`,
  run: async () => {
    const well = falseFindings(livesOf('none', LIVES));
    const battery = livesOf('battery', LIVES);
    const leak = livesOf('leak', LIVES);
    const thermostat = livesOf('thermostat', LIVES);
    const alternator = livesOf('alternator', LIVES);
    const head = ['forecast of', 'ahead', 'told', 'error, d', 'absolute', 'largest', 'truth in band'];
    const widths = [-28, 6, 12, 12, 12, 10, 14];
    return [
      head.map((text, n) => (widths[n]! < 0 ? text.padEnd(-widths[n]!) : text.padStart(widths[n]!))).join(' '),
      ...AHEAD.map(ahead => forecastLine('battery: will not start', ahead, forecastErrors('battery', battery, ahead))),
      ...AHEAD.map(ahead => forecastLine('air leak: trim beyond 20 %', ahead, forecastErrors('leak', leak, ahead))),
      '',
      'alerts of health_forecast',
      alertLine('battery: will not start', battery, /^Battery/),
      alertLine('air leak: trim beyond 20 %', leak, /mixture/),
      alertLine('thermostat stays open', thermostat, /thermostat/),
      alertLine('alternator gives nothing', alternator, /alternator/),
      '',
      `nothing wrong: ${well.findings.length} findings in ${well.days} looks, ${well.alerts.length} alerts`,
      ...[...new Set([...well.findings, ...well.alerts])].slice(0, 5).map(text => `  ${text}`),
    ];
  },
};
