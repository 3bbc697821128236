/** At first, and at most: texts beyond that stay texts. */
const ROOM_BYTES = { first: 256 * 1024, most: 16 * 1024 * 1024 };
/** UTF-8 takes at most so many bytes for each of JavaScript's signs. */
const BYTES_A_SIGN = 3;

/**
 * Where the texts of a snapshot wait to be written, as bytes in one piece of memory that stays. As texts they would be some megabytes, and as bytes of their own some megabytes
 * that V8 is told of, which outlive young collections every now and then. Shared, so that they cross to another thread without being copied.
 */
export class TextRoom {
  private room = Buffer.from(new SharedArrayBuffer(0));
  private used = 0;
  private taken = false;

  /** Empties it for who asks, until `giveBack`. @returns undefined while somebody else has it */
  take(): TextRoom | undefined {
    if (this.taken) return undefined;
    this.taken = true;
    this.used = 0;
    return this;
  }

  /** @returns the text as UTF-8, which stands there until `giveBack`; as it is where there is no room */
  put(text: string): string | Uint8Array {
    const most = text.length * BYTES_A_SIGN;
    if (this.used + most > this.room.length && !this.grow(most)) return text;
    const from = this.used;
    this.used += this.room.write(text, from);
    return this.room.subarray(from, this.used);
  }

  /** What stands in the room before stays where it is. */
  private grow(least: number): boolean {
    const bytes = Math.max(ROOM_BYTES.first, 2 * this.room.length, least);
    if (bytes > ROOM_BYTES.most) return false;
    this.room = Buffer.from(new SharedArrayBuffer(bytes));
    this.used = 0;
    return true;
  }

  giveBack(): void {
    this.taken = false;
  }
}
