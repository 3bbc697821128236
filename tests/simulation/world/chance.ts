import { pseudoRandom } from '../../harness/pseudo-random.js';

/** The one source of chance of a world: the same seed, the same world. */
export class Chance {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = pseudoRandom(Math.imul(seed, 2_654_435_761) >>> 0);
    for (let i = 0; i < 8; i++) this.next();
  }

  fraction(): number {
    return this.next();
  }

  of(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number in 0 to `end`, without `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
