/** Lists that differ are few, but devices choose the names: then all begin anew. */
const MOST = 1_024;
const known = new Map<string, readonly string[]>();
/** What a list became when it got one name more: most vehicles tell the same, one name after the other. Nobody joins the names then. */
let grown = new WeakMap<readonly string[], Map<string, readonly string[]>>();
let growths = 0;
const interned = new WeakSet<readonly string[]>();

/** Whether it was answered by `internedNames`, now or before. */
export const isInterned = (names: readonly string[]): boolean => interned.has(names);

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
  interned.add(kept);
  return kept;
};

/**
 * The list with one name more, kept once for all.
 * @param names one that was answered here or above
 * @param name none of them   @param place where it is put
 */
export const withName = (names: readonly string[], name: string, place = names.length): readonly string[] => {
  const found = grown.get(names)?.get(name);
  // Somebody may have put it elsewhere.
  if (found !== undefined && found[place] === name) return found;
  if (++growths > MOST) {
    grown = new WeakMap();
    growths = 0;
  }
  const longer = internedNames(names.slice(0, place).concat([name], names.slice(place)));
  const after = grown.get(names) ?? new Map<string, readonly string[]>();
  grown.set(names, after);
  after.set(name, longer);
  return longer;
};
