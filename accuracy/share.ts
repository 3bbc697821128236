/** Hits of so many. */
export interface Share {
  hits: number;
  of: number;
}

const Z2 = 1.96 ** 2;

/** 95 % interval of a share (Wilson), as parts of 1: right for few cases too, and never beyond 0 and 1. */
export const wilson = ({ hits, of }: Share): readonly [low: number, high: number] => {
  if (of === 0) return [0, 1];
  const p = hits / of;
  const middle = p + Z2 / (2 * of);
  const half = Math.sqrt(Z2 * ((p * (1 - p)) / of + Z2 / (4 * of * of)));
  const spread = 1 + Z2 / of;
  return [Math.max(0, (middle - half) / spread), Math.min(1, (middle + half) / spread)];
};

/** `92 % (78–97) 43/47`; a dash where there is nothing to take a share of. */
export const shareText = (share: Share): string => {
  if (share.of === 0) return '–';
  const [low, high] = wilson(share).map(bound => (100 * bound).toFixed(0));
  return `${((100 * share.hits) / share.of).toFixed(0)} % (${low}–${high}) ${share.hits}/${share.of}`;
};
