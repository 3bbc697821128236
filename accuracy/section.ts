/** A part of the accuracy table: what is measured, against what, line by line. */
export interface Section {
  /** In small letters, for `npm run accuracy -- name…`. */
  name: string;
  title: string;
  /**
   * @param folder the recordings of others (`data/`, `vectors/`); undefined where they are absent: a section that makes its own truth runs
   * all the same, the others answer no lines
   */
  run(folder: string | undefined): Promise<string[]>;
}
