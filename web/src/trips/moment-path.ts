/** The address of a trip at one moment. @param at ISO 8601 or ms */
export const momentPath = (trip: string, at: string | number): string =>
  `/trips/${encodeURIComponent(trip)}?at=${wholeSecond(at)}`;

/** Short enough to be read aloud, exact enough for a replay. */
export const wholeSecond = (at: string | number): string =>
  new Date(Math.floor(new Date(at).getTime() / 1_000) * 1_000).toISOString().replace('.000', '');
