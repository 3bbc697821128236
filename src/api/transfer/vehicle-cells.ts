const NUMBERS = ['odometer_km', 'speed_limit_kmh'];
const WORDS = ['class', 'fuel_type'];
/** Fields that cannot be empty: an empty cell leaves them as they are. */
const NEVER_NULL = ['name', 'class'];

/** Cells of CSV are text: numbers are read out of it, and words are known whatever their case. What came as JSON stays as it is. */
export const valuesOfCells = (given: unknown): unknown => {
  if (typeof given !== 'object' || given === null) return given;
  const row = { ...given } as Record<string, unknown>;
  for (const name of NUMBERS) if (typeof row[name] === 'string') row[name] = Number(row[name]);
  for (const name of WORDS) if (typeof row[name] === 'string') row[name] = row[name].toLowerCase();
  for (const name of NEVER_NULL) if (row[name] === null) delete row[name];
  return row;
};
