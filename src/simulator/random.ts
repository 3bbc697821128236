/** Chance from a seed: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** An integer, 0 … n − 1. */
  below(n: number): number;
  /** Normal with the given deviation, mean 0. */
  normal(deviation: number): number;
  chance(probability: number): boolean;
}

/**
 * Mulberry32 over a hash of the parts: streams of different parts do not run alongside each other.
 * @param parts what tells this stream from others, e.g. seed and vehicle number
 */
export const randomOf = (...parts: readonly (string | number)[]): Random => {
  let state = fnv1a(parts.join('/'));
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    below: n => Math.floor(next() * n),
    // Box-Muller; 1 − next() is never 0.
    normal: deviation => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: probability => next() < probability,
  };
};

const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
};
