import { type Fragment, reassemble } from './iso-tp.js';
import { joinPieces, type Piece, pieceCount } from './join-pieces.js';
import { failed, type Message } from './message.js';
import { type LineReading, readLine } from './read-line.js';

/** An exchange after the line grammar: whole messages and failures in input order, and what the adapter measured itself. */
export interface Exchange {
  readonly messages: Message[];
  /** Adapter voltages in V. */
  readonly volts: readonly number[];
}

/** Where something stood in the input. */
interface Place {
  readonly at: number;
  readonly line: string;
}

/** A line of three digits, and the pieces that made it the length of a long reply with headers off. */
interface ThreeDigits extends Place {
  readonly number: number;
  readonly pieces: (Piece & Place)[];
}

/** Services asked without a PID, whose echo with the ELM's reply count (`031`) has three digits. */
const ECHO_OF_SERVICE: ReadonlySet<number> = new Set([0x03, 0x04, 0x07, 0x0a]);

const NO_VOLTS: readonly number[] = [];

/** Reads every line, then puts together what came in several. `lines` are trimmed and not blank; time grows with their length only. */
export function assembleMessages(lines: readonly string[]): Exchange {
  const messages: Message[] = [];
  // Made when first needed: most exchanges are one line that is a whole message.
  let volts: number[] | undefined;
  let fragments: Map<string, Fragment[]> | undefined;
  let lengths: ThreeDigits[] | undefined;

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const reading: LineReading = readLine(line);
    switch (reading.is) {
      case 'message':
        messages.push({ at, line, ecu: reading.ecu, bus: reading.bus, bytes: reading.bytes, error: undefined });
        break;
      case 'fault':
        messages.push(failed(at, line, reading.kind));
        break;
      case 'first':
      case 'consecutive': {
        const { ecu, bytes } = reading;
        const fragment = {
          at,
          line,
          ecu,
          bytes,
          index: reading.is === 'first' ? 0 : reading.index,
          length: reading.is === 'first' ? reading.length : undefined,
        };
        fragments ??= new Map();
        const ofSameEcu = fragments.get(ecu);
        if (ofSameEcu === undefined) fragments.set(ecu, [fragment]);
        else ofSameEcu.push(fragment);
        break;
      }
      case 'piece': {
        const piece = { at, line, index: reading.index, bytes: reading.bytes };
        // Replies of other ECUs may stand between the length and its pieces.
        if (lengths === undefined) messages.push(failed(at, line, 'incomplete_multiframe'));
        else lengths[lengths.length - 1]!.pieces.push(piece);
        break;
      }
      case 'three_digits':
        lengths ??= [];
        lengths.push({ at, line, number: reading.number, pieces: [] });
        break;
      case 'voltage':
        volts ??= [];
        volts.push(reading.volts);
        break;
      case 'chatter':
    }
  }

  if (fragments !== undefined) for (const ofOneEcu of fragments.values()) reassemble(ofOneEcu, messages);
  if (lengths !== undefined) {
    for (const reply of lengths) if (reply.pieces.length > 0) joinLongReply(reply, messages);
    const alone = messages.length === 0;
    for (const bare of lengths) if (bare.pieces.length === 0) judgeBare(bare, alone, messages);
  }
  if (fragments !== undefined || lengths !== undefined) messages.sort((a, b) => a.at - b.at);
  return { messages, volts: volts ?? NO_VOLTS };
}

function joinLongReply({ at, line, number: length, pieces }: ThreeDigits, messages: Message[]): void {
  const needed = pieceCount(length);
  const bytes = joinPieces(length, pieces.slice(0, needed));
  if (bytes === undefined) {
    messages.push(failed(at, line, 'incomplete_multiframe'));
    return;
  }
  messages.push({ at, line, ecu: undefined, bus: 'can', bytes, error: undefined });
  for (const stray of pieces.slice(needed)) messages.push(failed(stray.at, stray.line, 'incomplete_multiframe'));
}

/**
 * Three digits with no piece behind: the echo of a service with its reply count, or of a request cut short when other replies came;
 * else the length of a reply whose pieces never came. From 100 up they are bytes that lost a nibble.
 */
function judgeBare({ at, line, number }: ThreeDigits, alone: boolean, messages: Message[]): void {
  const service = number >> 4;
  if (service > 0x0f) messages.push(failed(at, line, 'truncated'));
  else if (ECHO_OF_SERVICE.has(service)) return;
  else if (service === 0 || service > 0x0a || alone) messages.push(failed(at, line, 'incomplete_multiframe'));
}
