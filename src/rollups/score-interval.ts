/**
 * How far chance alone may have moved a rate, and a score made of rates. Sources: docs/scoring.md.
 */

/** Every band holds the score in eight of ten periods of driving as usual: Φ⁻¹(0.9), the standard normal quantile of its upper end. */
const Z = 1.2815515655446004;

export interface Interval {
  low: number;
  high: number;
}

/** Quantile of the gamma distribution of scale 1, by Wilson and Hilferty (1931); within 2 % from shape 1 on. */
const gammaQuantile = (shape: number, z: number): number =>
  shape <= 0 ? 0 : shape * Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;

/**
 * Interval of a weighted sum of Poisson counts (Fay and Feuer 1997), with the mean weight where theirs takes the largest.
 * @param sum Σ weight · count   @param squares Σ weight² · count   @param unit what one event weighs where there was none
 */
export const weightedSumInterval = (sum: number, squares: number, unit: number): Interval => {
  const weight = sum > 0 ? squares / sum : unit;
  const lowShape = sum > 0 ? (sum * sum) / squares : 0;
  const highShape = (sum + weight) ** 2 / (squares + weight * weight);
  return {
    low: gammaQuantile(lowShape, -Z) * weight,
    high: (gammaQuantile(highShape, Z) * (squares + weight * weight)) / (sum + weight),
  };
};

export interface Estimate extends Interval {
  weight: number;
  value: number;
}

/**
 * Interval of a weighted mean of independent estimates, from theirs: the method of variance estimates recovery (Zou and Donner 2008),
 * which stays lopsided where they are.
 */
export const meanInterval = (estimates: readonly Estimate[]): Interval => {
  let [total, mean, below, above] = [0, 0, 0, 0];
  for (const { weight, value, low, high } of estimates) {
    total += weight;
    mean += weight * value;
    below += (weight * (value - low)) ** 2;
    above += (weight * (high - value)) ** 2;
  }
  return { low: (mean - Math.sqrt(below)) / total, high: (mean + Math.sqrt(above)) / total };
};
