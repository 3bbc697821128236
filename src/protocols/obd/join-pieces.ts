/** A numbered part of a long reply; the first is number 0, then 1 … F, 0, 1 … as ISO-TP and the ELM327 count. */
export interface Piece {
  readonly index: number;
  readonly bytes: readonly number[];
}

const FIRST_BYTES = 6;
const NEXT_BYTES = 7;

/** How many pieces a reply of `length` bytes comes in: 6 bytes, then 7 each. */
export const pieceCount = (length: number): number => 1 + Math.max(0, Math.ceil((length - FIRST_BYTES) / NEXT_BYTES));

/**
 * Joins exactly `pieceCount(length)` pieces and cuts the padding off.
 * Up to 16 pieces have numbers of their own, so a wrong order is put right; beyond that the order is all there is.
 * @returns the bytes; `undefined` when a piece is missing, doubled, foreign or short
 */
export function joinPieces(length: number, pieces: readonly Piece[]): number[] | undefined {
  const count = pieceCount(length);
  if (length === 0 || pieces.length !== count) return undefined;
  const ordered = count <= 16 ? [...pieces].sort((a, b) => a.index - b.index) : pieces;
  const joined: number[] = [];
  for (let i = 0; i < count; i++) {
    const piece = ordered[i]!;
    const wanted = Math.min(i === 0 ? FIRST_BYTES : NEXT_BYTES, length - joined.length);
    if (piece.index !== (i & 0x0f) || piece.bytes.length < wanted) return undefined;
    for (let k = 0; k < wanted; k++) joined.push(piece.bytes[k]!);
  }
  return joined;
}
