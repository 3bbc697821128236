import { assembleMessages } from './assemble-messages.js';
import { decodeCurrentData } from './current-data.js';
import { decodeClearAck, decodeDtcs } from './dtc.js';
import { HEX, MAX_LINE } from './hex-digits.js';
import { joinLegacyLines } from './legacy-lines.js';
import type { Message } from './message.js';
import { dropAnsweredWaits } from './negative-response.js';
import type { ObdContext, ObdError, ObdErrorKind, ObdSignal } from './obd-signal.js';
import { splitLines } from './split-lines.js';
import { decodeVehicleInfo } from './vehicle-info.js';

/** All signals that could be decoded, and the first failing message in input order; no error means that nothing failed. */
export interface ObdReply {
  readonly signals: ObdSignal[];
  readonly error?: ObdError;
}

/** As ObdReply, with every failing message in input order. */
export interface ObdExchange {
  readonly signals: ObdSignal[];
  readonly errors: readonly ObdError[];
}

const ERROR_LINE = 120;
const NO_CONTEXT: ObdContext = {};

/**
 * Decodes what an ELM327-style adapter answered to one request: any header and spacing setting, one or more lines, echo, prompt and chatter.
 * Never throws and never guesses: a message that cannot be read is a named error, the good ones beside it are kept. No plausibility check.
 * @param text at most 4096 UTF-16 units; more is `too_long` and nothing is decoded
 * @see docs/decisions/0003-own-obd-decoder.md
 */
export function decodeObd(text: string, context: ObdContext = NO_CONTEXT): ObdReply {
  if (text.length > MAX_LINE) return { signals: [], error: { kind: 'too_long', line: '' } };
  const { signals, errors } = decodeLines(splitLines(text), context);
  return errors.length === 0 ? { signals } : { signals, error: errors[0]! };
}

/** Decodes lines that were trimmed and freed of blanks by `splitLines`, however many; only a single line has a limit of length. */
export function decodeLines(lines: readonly string[], context: ObdContext = NO_CONTEXT): ObdExchange {
  const signals: ObdSignal[] = [];
  if (lines.length === 0) return { signals, errors: [{ kind: 'empty', line: '' }] };
  const { messages, volts } = assembleMessages(lines);
  for (const value of volts) signals.push({ mode: 'AT', pid: 'RV', name: 'adapter_voltage', value, unit: 'V' });
  if (messages.length === 0 && volts.length === 0)
    return { signals, errors: [{ kind: 'no_payload', line: lines[0]!.slice(0, ERROR_LINE) }] };
  const errors: ObdError[] = [];
  for (const message of dropAnsweredWaits(joinLegacyLines(messages, context))) {
    const kind = message.error ?? decodeMessage(message, signals);
    if (kind !== undefined) errors.push(describe(kind, message));
  }
  return { signals, errors };
}

/** Decodes one whole message by its service; `undefined` when nothing is wrong with it. */
function decodeMessage(message: Message, signals: ObdSignal[]): ObdErrorKind | undefined {
  const { bytes } = message;
  switch (bytes[0]) {
    case 0x41:
    case 0x42:
      return decodeCurrentData(message, signals);
    case 0x43:
    case 0x47:
    case 0x4a:
      return decodeDtcs(message, signals);
    case 0x44:
      decodeClearAck(message, signals);
      return undefined;
    case 0x49:
      return decodeVehicleInfo(message, signals);
    case 0x7f:
      return bytes.length < 3 ? 'truncated' : 'negative_response';
    default:
      return 'unsupported_mode';
  }
}

function describe(kind: ObdErrorKind, message: Message): ObdError {
  const line = message.line.slice(0, ERROR_LINE);
  if (kind !== 'negative_response') return { kind, line };
  return { kind, line, service: HEX[message.bytes[1]!]!, nrc: HEX[message.bytes[2]!]! };
}
