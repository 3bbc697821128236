type Column = readonly (number | null | undefined)[];

/**
 * Which places of columns of equal length to keep, so that none of their peaks goes: of each stretch the highest and the lowest of every
 * column, and the first and the last place of all. As many stretches as fit.
 * @param most at least 2 + 2 × columns, else that many are kept all the same
 * @returns ascending places, at most `most`
 */
export const placesToKeep = (columns: readonly Column[], most: number): number[] => {
  const length = columns[0]?.length ?? 0;
  if (length <= most) return Array.from({ length }, (_, place) => place);
  const told = columns.filter(column => column.some(value => value !== null && value !== undefined));
  let fewest = 1;
  let tooMany = most;
  let kept = peaks(told, length, 1);
  // Peaks of several columns often fall together: more stretches fit than the worst case says.
  while (tooMany - fewest > 1) {
    const stretches = (fewest + tooMany) >>> 1;
    const found = peaks(told, length, stretches);
    if (found.length <= most) {
      fewest = stretches;
      kept = found;
    } else tooMany = stretches;
  }
  return kept;
};

const peaks = (columns: readonly Column[], length: number, stretches: number): number[] => {
  const kept = new Set<number>([0, length - 1]);
  for (let n = 0; n < stretches; n++) {
    const end = Math.floor(((n + 1) * length) / stretches);
    for (const column of columns) {
      let low = -1;
      let high = -1;
      for (let place = Math.floor((n * length) / stretches); place < end; place++) {
        const value = column[place];
        if (value === null || value === undefined) continue;
        if (low < 0 || value < column[low]!) low = place;
        if (high < 0 || value > column[high]!) high = place;
      }
      if (low >= 0) kept.add(low);
      if (high >= 0) kept.add(high);
    }
  }
  return [...kept].sort((a, b) => a - b);
};
