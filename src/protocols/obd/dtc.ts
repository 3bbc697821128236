import { dtcCode } from './dtc-code.js';
import type { Message } from './message.js';
import type { ObdErrorKind, ObdSignal } from './obd-signal.js';

/** Reply byte → service and the list it answers with. */
const LISTS: Readonly<Record<number, { mode: string; name: string }>> = {
  67: { mode: '03', name: 'stored_dtcs' },
  71: { mode: '07', name: 'pending_dtcs' },
  74: { mode: '0A', name: 'permanent_dtcs' },
};

/**
 * Decodes trouble codes: service, count, 2 bytes each, then padding. Lines of older buses were given their count before (legacy-lines.ts).
 * @returns `truncated` when there are fewer codes than counted; half a list would read as "the others are gone"
 */
export function decodeDtcs({ bytes, ecu }: Message, signals: ObdSignal[]): ObdErrorKind | undefined {
  const count = bytes[1];
  if (count === undefined || bytes.length < 2 + 2 * count) return 'truncated';
  const codes: string[] = [];
  for (let i = 2; i < 2 + 2 * count; i += 2) codes.push(dtcCode(bytes[i]!, bytes[i + 1]!));
  const { mode, name } = LISTS[bytes[0]!]!;
  const signal: ObdSignal = { mode, pid: null, name, value: codes, unit: 'list' };
  if (ecu !== undefined) signal.ecu = ecu;
  signals.push(signal);
  return undefined;
}

/** Decodes the answer to mode 04: codes, freeze frames, trims and readiness are wiped. */
export function decodeClearAck({ ecu }: Message, signals: ObdSignal[]): void {
  const signal: ObdSignal = { mode: '04', pid: null, name: 'dtc_clear_ack', value: true, unit: 'bool' };
  if (ecu !== undefined) signal.ecu = ecu;
  signals.push(signal);
}
