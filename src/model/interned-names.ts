/** Lists that differ are few, but devices choose the names: then all begin anew. */
const MOST = 1_024;
const known = new Map<string, readonly string[]>();

/**
 * A list of names that many vehicles have in common, kept once for all: the same list for the same names, never to be changed. Only memory
 * depends on it: where it was forgotten meanwhile, the like of it is another list.
 */
export const internedNames = (names: readonly string[]): readonly string[] => {
  const key = names.join('\n');
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST) known.clear();
  const kept = names.slice();
  known.set(key, kept);
  return kept;
};
