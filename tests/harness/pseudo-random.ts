/** The same numbers at every run, evenly in 0 to 1 (a linear congruential generator; Numerical Recipes). */
export const pseudoRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};
