import { dayNumber } from './part-health.js';
import { medianOf } from './theil-sen.js';

export interface TemperedPoint {
  day: string;
  value: number;
  /** °C; null where not told. */
  temperature: number | null;
}

const LEAST_PAIRS = 8;
const LEAST_DIFFERENCE = 4;
/** Days further apart differ by age too. */
const PAIR_DAYS = 7;

/**
 * Values as they would be at the median temperature of their days. What a degree does is learnt from pairs of days that lie close together,
 * so that ageing does not look like weather; `usual` holds until there are enough of them.
 * @param most per °C: beyond, it is no influence of temperature
 */
export const atOneTemperature = (
  points: readonly TemperedPoint[],
  usual: number,
  most: number,
): { day: string; value: number }[] => {
  const known = points.filter((point): point is TemperedPoint & { temperature: number } => point.temperature !== null);
  if (known.length < 2) return points.map(({ day, value }) => ({ day, value }));
  const ratios: number[] = [];
  for (let i = 0; i < known.length; i++)
    for (let k = i + 1; k < known.length; k++) {
      const [a, b] = [known[i]!, known[k]!];
      if (dayNumber(b.day) - dayNumber(a.day) > PAIR_DAYS) break;
      const warmer = b.temperature - a.temperature;
      if (Math.abs(warmer) >= LEAST_DIFFERENCE) ratios.push((b.value - a.value) / warmer);
    }
  const perDegree = ratios.length >= LEAST_PAIRS ? Math.max(0, Math.min(most, medianOf(ratios))) : usual;
  const reference = medianOf(known.map(({ temperature }) => temperature));
  return points.map(({ day, value, temperature }) => ({
    day,
    value: temperature === null ? value : value - perDegree * (temperature - reference),
  }));
};
