const MOST_NAMES = 16;
const MOST_CHARACTERS = 64;

/** Gathers the names of what a device sent and nobody here knows: each once, the first 16, cut to 64 characters. */
export class UnknownNames {
  readonly #names: string[] = [];

  add(name: string): void {
    if (this.#names.length >= MOST_NAMES) return;
    const cut = name.slice(0, MOST_CHARACTERS);
    if (!this.#names.includes(cut)) this.#names.push(cut);
  }

  /** @returns undefined where there was none */
  list(): readonly string[] | undefined {
    return this.#names.length === 0 ? undefined : this.#names;
  }
}
