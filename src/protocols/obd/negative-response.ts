import type { Message } from './message.js';

/** "Request received, response pending": the final answer follows. */
const WAIT = 0x78;

/** Whether the message refuses a service: 7F, service, reason. */
const isRefusal = ({ bytes }: Message): boolean => bytes[0] === 0x7f && bytes.length >= 3;

const isWait = (message: Message): boolean => isRefusal(message) && message.bytes[2] === WAIT;

/** Leaves out every "wait" that a final reply of the same ECU to the same service follows; one that nothing follows stays and is told. */
export function dropAnsweredWaits(messages: readonly Message[]): readonly Message[] {
  let some = false;
  for (let i = 0; i < messages.length && !some; i++) some = isWait(messages[i]!);
  if (!some) return messages;
  const answered = new Set<string>();
  const kept: Message[] = [];
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]!;
    if (isWait(message)) {
      if (answered.has(`${message.ecu} ${message.bytes[1]}`)) continue;
    } else if (message.bytes.length > 0) {
      answered.add(`${message.ecu} ${isRefusal(message) ? message.bytes[1] : message.bytes[0]! - 0x40}`);
    }
    kept.push(message);
  }
  return kept.reverse();
}
