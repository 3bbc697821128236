const SLOTS = 1_024;
const MOST_NAMES = 512;

/**
 * Texts by their bytes: a name that was met before is the same string again, without making one. Bounded; past the bound names are made anew
 * each time.
 */
export class NameTable {
  private readonly names: (string | undefined)[] = new Array(SLOTS).fill(undefined);
  private size = 0;

  /** @param bytes ASCII between `from` and `to` */
  nameOf(bytes: Uint8Array, from: number, to: number): string {
    let hash = 0;
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const name = this.names[slot];
      if (name === undefined) {
        const made = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
        if (this.size < MOST_NAMES) {
          this.size++;
          this.names[slot] = made;
        }
        return made;
      }
      if (isAt(name, bytes, from, to)) return name;
    }
  }
}

const isAt = (name: string, bytes: Uint8Array, from: number, to: number): boolean => {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
};
