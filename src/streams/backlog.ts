import type { NewRecord } from '../model/record.js';

/** What a record of one event or a few has at most; a longer one counts as several. */
const BYTES_OF_ONE = 512;

/** What folding them takes, in records of usual size. */
export const workOf = (records: readonly NewRecord[]): number => {
  let work = 0;
  for (const { body } of records) work += Math.max(1, body.length / BYTES_OF_ONE);
  return work;
};

/** What was written and waits for the fold, by the work it is: a record may hold one event or thousands. */
export class Backlog {
  /** Oldest first; in parts where the fold is amid one. */
  private writes: { records: number; work: number }[] = [];
  private records = 0;
  private work = 0;

  /** @param most writes that are told apart; of more the oldest two become one */
  constructor(private readonly most = 1_024) {}

  wrote(records: number, work: number): void {
    this.writes.push({ records, work });
    this.records += records;
    this.work += work;
    if (this.writes.length <= this.most) return;
    const [first, second] = this.writes.splice(0, 2) as [{ records: number; work: number }, { records: number; work: number }];
    this.writes.unshift({ records: first.records + second.records, work: first.work + second.work });
  }

  /**
   * The oldest are folded first. What was not written here, as facts, or before the start, is one for each record.
   * @param behind records that are not folded yet @returns in records of usual size
   */
  left(behind: number): number {
    while (this.records > behind) {
      const oldest = this.writes[0]!;
      const folded = Math.min(oldest.records, this.records - behind);
      const work = (oldest.work * folded) / oldest.records;
      this.records -= folded;
      this.work -= work;
      oldest.work -= work;
      oldest.records -= folded;
      if (oldest.records === 0) this.writes.shift();
    }
    // Sums of fractions end near zero, not at it.
    if (this.records === 0) this.work = 0;
    return this.work + behind - this.records;
  }
}
