/** One sentence of the server for other languages than English (`Saying` of the API): its code, and beside it what stands in it. */
export interface Sentence {
  code: string;
  [name: string]: unknown;
}
