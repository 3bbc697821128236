/** One thing a rule asks of a moment, and what it saw there. `saw: null` = it was not sent. */
export interface Condition {
  /** What is looked at; the same words at every moment. */
  condition: string;
  saw: number | string | boolean | null;
  needs: string;
  holds: boolean;
}

type Seen = number | null | undefined;

/** Never −0, which JSON does not keep. */
const round = (value: number): number => Math.round(value * 1_000) / 1_000 + 0;
const seen = (saw: Seen): number | null => (saw === undefined || saw === null ? null : round(saw));

export const atLeast = (condition: string, saw: Seen, least: number, unit: string): Condition => ({
  condition,
  saw: seen(saw),
  needs: `at least ${round(least)} ${unit}`,
  holds: saw !== undefined && saw !== null && saw >= least,
});

export const atMost = (condition: string, saw: Seen, most: number, unit: string): Condition => ({
  condition,
  saw: seen(saw),
  needs: `at most ${round(most)} ${unit}`,
  holds: saw !== undefined && saw !== null && saw <= most,
});

export const above = (condition: string, saw: Seen, bound: number, unit: string): Condition => ({
  condition,
  saw: seen(saw),
  needs: `above ${round(bound)} ${unit}`,
  holds: saw !== undefined && saw !== null && saw > bound,
});

export const below = (condition: string, saw: Seen, bound: number, unit: string): Condition => ({
  condition,
  saw: seen(saw),
  needs: `below ${round(bound)} ${unit}`,
  holds: saw !== undefined && saw !== null && saw < bound,
});

export const is = (condition: string, saw: boolean | undefined, needs: boolean): Condition => ({
  condition,
  saw: saw ?? null,
  needs: needs ? 'yes' : 'no',
  holds: saw === needs,
});

/** @param from when it began; null or undefined: it has not */
export const lasts = (condition: string, from: number | null | undefined, at: number, least_s: number): Condition => ({
  condition,
  saw: from === null || from === undefined ? null : round((at - from) / 1_000),
  needs: `at least ${round(least_s)} s`,
  holds: from !== null && from !== undefined && at - from >= least_s * 1_000,
});

/** One event is told once; what goes on is the same event. */
export const notToldYet = (told: boolean): Condition => is('told already, and it goes on', told, false);

/** What became of a position. */
export const fixSeen = (sent: boolean, accepted: boolean): string | null => (accepted ? 'accepted' : sent ? 'rejected' : null);
