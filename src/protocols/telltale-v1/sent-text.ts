/**
 * What was sent, as it stands in its record: parsed when somebody has to tell the contents of two events apart, which is seldom. To
 * JSON.stringify it is what was parsed.
 */
export class SentText {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly from: number,
    private readonly to: number,
  ) {}

  toJSON(): unknown {
    return JSON.parse(Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.from, this.to - this.from).toString('latin1'));
  }
}
