/** One sentence of the server for other languages than English (`Saying` of the API): its code, and beside it what stands in it. */
export interface Sentence {
  code: string;
  [name: string]: unknown;
}

/** A condition of a rule as the server tells it: in English, and by codes for other languages. */
export interface Condition {
  condition: string;
  saw: string | number | boolean | null;
  needs: string;
  said?: { asked: string; needs: Sentence; saw?: readonly Sentence[] };
}

/** What is shown of a condition. */
export type ConditionWords = Pick<Condition, 'condition' | 'saw' | 'needs'>;
