/** Patterns of fields that people fill in: who refuses one says what it is by its pattern (`field-errors.ts`). */
export const CURRENCY = /^[A-Z]{3}$/;
/** A vehicle's number, without the letters that look like digits. */
export const VIN = /^[A-HJ-NPR-Z0-9]{11,17}$/;
export const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
