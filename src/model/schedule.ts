/** When something applies: weekly windows in a zone. `null` = always. */
export interface Schedule {
  zone: string;
  windows: readonly { days: readonly (1 | 2 | 3 | 4 | 5 | 6 | 7)[]; from: string; to: string }[];
}
