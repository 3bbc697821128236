/** One verb of `telltale`. */
export interface Command {
  /** As typed: `telltale <name>`. */
  name: string;
  /** One line for the list of verbs. */
  summary: string;
  /** What `telltale <name> --help` prints. */
  help: string;
  /**
   * Runs until it is done or a signal ends it.
   * @param args what stands after the verb
   * @returns the exit code
   */
  run(args: string[]): Promise<number>;
}
