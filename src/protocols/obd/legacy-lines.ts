import { failed, type Message } from './message.js';
import type { ObdContext } from './obd-signal.js';

/** One reply that an older bus sends as several lines, in the making. */
interface Run {
  readonly first: Message;
  readonly parts: { number: number; data: readonly number[] }[];
}

const TROUBLE_CODES: ReadonlySet<number> = new Set([0x43, 0x47, 0x4a]);
const VIN = 0x02;
/** Info types that older buses number line by line, with 4 data bytes each. */
const NUMBERED: ReadonlySet<number> = new Set([VIN, 0x04, 0x06, 0x0a]);
/** Service, first PID or code, and 4 or 5 more: the full line of an older bus. */
const FULL_LINE = 7;

/**
 * Brings the lines of older buses (J1850, ISO 9141, KWP 2000) into the form CAN has, one message with its count in front,
 * so that nothing behind this point knows of them: trouble codes come 3 to a line and zero-filled, mode 09 items 4 bytes to a numbered line.
 * @see SAE J1979 §6.3, §6.9 for protocols without ISO-TP
 */
export function joinLegacyLines(messages: readonly Message[], context: ObdContext): readonly Message[] {
  let some = false;
  for (let i = 0; i < messages.length && !some; i++) some = isLegacy(messages[i]!, context);
  if (!some) return messages;
  const runs = new Map<string, Run>();
  const joined: (Message | Run)[] = [];
  for (const message of messages) {
    if (!isLegacy(message, context)) {
      joined.push(message);
      continue;
    }
    const [service, second, third] = message.bytes as [number, number, number];
    if (message.bytes.length < FULL_LINE) {
      joined.push(failed(message.at, message.line, 'truncated', message.ecu));
      continue;
    }
    if (service === 0x49 && second === 0x00) {
      joined.push({ ...message, bytes: [service, second, ...message.bytes.slice(3)] });
      continue;
    }
    const part = service === 0x49 ? { number: third, data: message.bytes.slice(3) } : { number: 0, data: message.bytes.slice(1) };
    const key = `${message.ecu} ${service} ${service === 0x49 ? second : ''}`;
    const run = runs.get(key);
    if (run !== undefined) run.parts.push(part);
    else {
      const begun: Run = { first: message, parts: [part] };
      runs.set(key, begun);
      joined.push(begun);
    }
  }
  return joined.map(entry => ('parts' in entry ? finish(entry) : entry));
}

/** Whether the message has the form of an older bus, as far as its bus is known or may be guessed from its length. */
function isLegacy({ bytes, bus }: Message, context: ObdContext): boolean {
  if (bus === 'can' || bytes.length < 2 || bytes.length > FULL_LINE || bytes[0]! < 0x43) return false;
  const proven = bus === 'legacy';
  const full = bytes.length === FULL_LINE;
  if (TROUBLE_CODES.has(bytes[0]!)) {
    if (!full) return proven && !(bytes.length === 2 && bytes[1] === 0);
    return proven || context.protocol !== 'can';
  }
  if (bytes[0] !== 0x49 || !full) return false;
  const told = proven || context.protocol === 'legacy';
  if (bytes[1] !== VIN) return told && (bytes[1] === 0 || NUMBERED.has(bytes[1]!));
  if (told) return true;
  // Without a hint a first line is told from the start of a CAN reply that was cut short: its first three bytes are filler, not text.
  const isText = bytes[3]! >= 0x30 && bytes[3]! <= 0x5a;
  return context.protocol !== 'can' && bytes[2]! >= 1 && bytes[2]! <= 5 && (bytes[2] !== 1 || !isText);
}

function finish({ first, parts }: Run): Message {
  const [service, infotype] = first.bytes as [number, number];
  if (service !== 0x49) return { ...first, bytes: countedCodes(service, parts) };
  parts.sort((a, b) => a.number - b.number);
  const data = parts.flatMap(part => part.data);
  const inOrder = parts.every((part, i) => part.number === i + 1);
  const items = itemCount(infotype, data.length);
  if (!inOrder || items === undefined) return failed(first.at, first.line, 'incomplete_multiframe', first.ecu);
  // 17 characters in five lines of four: the first three bytes are filler.
  return { ...first, bytes: [service, infotype, items, ...(infotype === VIN ? data.slice(3) : data)] };
}

/** Trouble codes of all lines behind one count; 0000 fills up a line and is no code. */
function countedCodes(service: number, parts: Run['parts']): number[] {
  const codes: number[] = [];
  for (const { data } of parts) {
    for (let i = 0; i + 1 < data.length; i += 2) if (data[i] !== 0 || data[i + 1] !== 0) codes.push(data[i]!, data[i + 1]!);
  }
  return [service, codes.length / 2, ...codes];
}

/** How many items `length` bytes are; `undefined` when a line is missing. */
function itemCount(infotype: number, length: number): number | undefined {
  if (infotype === 0x06) return length / 4;
  if (infotype === 0x04) return length % 16 === 0 ? length / 16 : undefined;
  return length === 20 ? 1 : undefined;
}
