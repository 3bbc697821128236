import type { HealthDay } from '../../../model/health.js';
import { dayNumber, dayOfNumber } from '../../../rollups/health/part-health.js';

const WIDTH = 4;
const NOT_MEASURED = -1_000;
/** All of the newest days, then one of each so many. */
const RECENT = 8;
const THINNED = 4;
const MOST = 24;

/**
 * The days of a battery that a forecast needs, small enough to be kept for each vehicle: the newest eight, before them every fourth; 24 in all,
 * which is about ten weeks.
 * @returns another list, where there is something to remember
 */
export const rememberBattery = (known: readonly number[], { day, battery }: HealthDay): readonly number[] => {
  if (battery.resting === null && battery.cranking === null) return known;
  const n = dayNumber(day);
  const history = known.concat([n, milli(battery.resting), milli(battery.cranking), battery.ambient ?? NOT_MEASURED]);
  // The second of a bin of days that are no longer recent goes; days come in order, so there is never more than one to go.
  for (let i = WIDTH; i < history.length; i += WIDTH) {
    if (history[i]! > n - RECENT) break;
    if (binOf(history[i]!) === binOf(history[i - WIDTH]!)) {
      history.splice(i, WIDTH);
      break;
    }
  }
  if (history.length > MOST * WIDTH) history.splice(0, WIDTH);
  return history;
};

const binOf = (n: number): number => Math.floor(n / THINNED);
const milli = (volts: number | null): number => (volts === null ? NOT_MEASURED : Math.round(volts * 1_000));
const volts = (value: number): number | null => (value === NOT_MEASURED ? null : value / 1_000);

/** What the battery's estimator is asked with. Of everything else these days say nothing. */
export const batteryDays = (vehicle: string, history: readonly number[], like: HealthDay): HealthDay[] => {
  const days: HealthDay[] = [];
  for (let i = 0; i < history.length; i += WIDTH) {
    const ambient = history[i + 3]!;
    const resting = volts(history[i + 1]!);
    const cranking = volts(history[i + 2]!);
    days.push({
      ...like,
      vehicle,
      day: dayOfNumber(history[i]!),
      battery: {
        resting,
        restSamples: resting === null ? 0 : 1,
        cranking,
        lowestCranking: cranking,
        starts: cranking === null ? 0 : 1,
        ambient: ambient === NOT_MEASURED ? null : ambient,
      },
    });
  }
  return days;
};
