/** What one line of input is answered with; the keys are those of contract §1. */
export type Answer = Record<string, unknown>;
