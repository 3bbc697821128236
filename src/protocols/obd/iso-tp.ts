import { joinPieces, pieceCount } from './join-pieces.js';
import { failed, type Message } from './message.js';

/** One frame of a multi-frame message, as it stood in the input. `length` is set on first frames only. */
export interface Fragment {
  readonly at: number;
  readonly line: string;
  readonly ecu: string;
  readonly index: number;
  readonly length: number | undefined;
  readonly bytes: readonly number[];
}

/**
 * Puts the multi-frame messages of one ECU together and adds them to `messages`.
 * A first frame takes as many consecutive frames as its length needs: those behind it, and where they do not do, all that nobody took
 * before it as well. What is then left over has no message: an error of its own.
 * @param fragments all frames of one CAN id, in input order
 * @see ISO 15765-2
 */
export function reassemble(fragments: readonly Fragment[], messages: Message[]): void {
  let strays: Fragment[] = [];
  let i = 0;
  while (i < fragments.length) {
    const first = fragments[i++]!;
    if (first.length === undefined) {
      strays.push(first);
      continue;
    }
    const behind: Fragment[] = [];
    while (i < fragments.length && fragments[i]!.length === undefined) behind.push(fragments[i++]!);

    const needed = pieceCount(first.length) - 1;
    let taken = needed;
    let bytes = joinPieces(first.length, [first, ...behind.slice(0, taken)]);
    // Only a message short enough to be put in order can have begun before its first frame.
    if (bytes === undefined && strays.length > 0 && strays.length <= needed && needed < 16) {
      taken = needed - strays.length;
      bytes = joinPieces(first.length, [first, ...strays, ...behind.slice(0, taken)]);
      if (bytes !== undefined) strays = [];
    }
    for (const stray of strays) messages.push(orphan(stray));
    // The frames of a message that failed fail with it.
    strays = bytes === undefined ? [] : behind.slice(taken);
    const { at, line, ecu } = first;
    messages.push(bytes === undefined ? orphan(first) : { at, line, ecu, bus: 'can', bytes, error: undefined });
  }
  for (const stray of strays) messages.push(orphan(stray));
}

const orphan = ({ at, line, ecu }: Fragment): Message => failed(at, line, 'incomplete_multiframe', ecu);
