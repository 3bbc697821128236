/** A line of the input, or where one was longer than the bound, nothing of it. */
export type BoundedLine = { text: string } | { tooLong: true };

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines. A line beyond the bound is given up as it grows, so that memory stays bounded whatever comes.
 * @param mostBytes of one line
 * @returns for each chunk the lines that ended in it; a last line needs no newline
 */
export async function* boundedLines(chunks: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<BoundedLine[]> {
  const utf8 = new TextDecoder();
  let pieces: Uint8Array[] = [];
  let size = 0;
  const take = (piece: Uint8Array): void => {
    size += piece.length;
    if (size <= mostBytes) pieces.push(piece);
    else pieces = [];
  };
  const end = (): BoundedLine => {
    const line: BoundedLine = size > mostBytes ? { tooLong: true } : { text: utf8.decode(Buffer.concat(pieces)) };
    pieces = [];
    size = 0;
    return line;
  };

  for await (const chunk of chunks) {
    const lines: BoundedLine[] = [];
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, to));
      lines.push(end());
      from = to + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (size > 0) yield [end()];
}
