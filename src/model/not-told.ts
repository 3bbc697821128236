/**
 * Stands for "not told" where a memory keeps a number. A field that is a number or null makes V8 keep every number that is ever put there as an
 * object of its own: garbage at each reading, and a pointer that the collector follows. This is a number like others, nothing ever measures it,
 * and it survives JSON, as NaN does not.
 */
export const NOT_TOLD = -Number.MAX_VALUE;

/** As the outside has it. */
export const toldOr = <T>(value: number, otherwise: T): number | T => (value === NOT_TOLD ? otherwise : value);
