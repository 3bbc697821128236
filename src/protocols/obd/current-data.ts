import { HEX } from './hex-digits.js';
import type { Message } from './message.js';
import type { ObdErrorKind, ObdSignal, ObdValue } from './obd-signal.js';
import { isPresent, numberOf } from './pid-layout.js';
import { PID_TABLE } from './pid-table.js';

const PADDING: ReadonlySet<number> = new Set([0x00, 0x55, 0xaa, 0xcc, 0xff]);

/** Where the run of one repeated filler byte at the end begins; the end when there is none. */
function paddingStart(bytes: readonly number[]): number {
  let start = bytes.length;
  const filler = bytes[start - 1]!;
  if (!PADDING.has(filler)) return start;
  while (start > 0 && bytes[start - 1] === filler) start--;
  return start;
}

/**
 * Decodes a reply of mode 01 (41, PID, data …) or 02 (42, PID, frame, data …), one PID behind the other.
 * What was decoded before a fault stays in `signals`.
 * @returns the fault: a PID that is not in the table, or data shorter than its PID needs
 */
export function decodeCurrentData({ bytes, ecu }: Message, signals: ObdSignal[]): ObdErrorKind | undefined {
  const frozen = bytes[0] === 0x42;
  const mode = frozen ? '02' : '01';
  const padding = paddingStart(bytes);
  let at = 1;
  // Filler is told from a PID only behind the first one: a reply has at least one.
  do {
    if (at >= bytes.length) return 'truncated';
    const code = bytes[at]!;
    const layout = PID_TABLE[code];
    if (layout === undefined) return 'unknown_pid';
    const data = at + (frozen ? 2 : 1);
    if (data + layout.bytes > bytes.length) return 'truncated';
    const frame = frozen ? bytes[at + 1] : undefined;
    for (const field of layout.fields) {
      if (field.kind === 'other') add(signals, mode, code, field.name, field.read(bytes, data, code), field.unit, ecu, frame);
      else if (isPresent(field, bytes, data)) {
        const value = numberOf(field, bytes, data);
        add(signals, mode, code, field.name, field.unit === 'bool' ? value !== 0 : value, field.unit, ecu, frame);
      }
    }
    at = data + layout.bytes;
  } while (at < padding);
  return undefined;
}

function add(
  signals: ObdSignal[],
  mode: string,
  pid: number,
  name: string,
  value: ObdValue,
  unit: string,
  ecu: string | undefined,
  frame: number | undefined,
): void {
  const signal: ObdSignal = { mode, pid: HEX[pid]!, name, value, unit };
  if (ecu !== undefined) signal.ecu = ecu;
  if (frame !== undefined) signal.frame = frame;
  signals.push(signal);
}
