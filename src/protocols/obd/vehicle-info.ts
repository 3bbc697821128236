import { HEX } from './hex-digits.js';
import type { Message } from './message.js';
import type { ObdErrorKind, ObdSignal, ObdValue } from './obd-signal.js';
import { supportedPids } from './status-bits.js';

const VIN_LENGTH = 17;
const CALIBRATION_ID_LENGTH = 16;
const CVN_LENGTH = 4;
const ECU_NAME_LENGTH = 20;
/** Capital letters and digits without I, O and Q. @see ISO 3779 */
const VIN = /^[A-HJ-NPR-Z0-9]{17}$/;

/** A decoded item, or the fault that kept it from being one. `undefined`: the ECU says it has none. */
type Item = { readonly name: string; readonly value: ObdValue; readonly unit: string } | ObdErrorKind | undefined;

/**
 * Decodes a reply of mode 09: 49, info type, count of items (not behind type 00), items. Lines of older buses were joined before (legacy-lines.ts).
 * @returns the fault; a VIN that is not 17 valid characters is no VIN (no check digit: it exists in North America only)
 */
export function decodeVehicleInfo({ bytes, ecu }: Message, signals: ObdSignal[]): ObdErrorKind | undefined {
  const infotype = bytes[1];
  if (infotype === undefined) return 'truncated';
  const item = readItem(infotype, bytes);
  if (item === undefined || typeof item === 'string') return item;
  const signal: ObdSignal = { mode: '09', pid: HEX[infotype]!, ...item };
  if (ecu !== undefined) signal.ecu = ecu;
  signals.push(signal);
  return undefined;
}

function readItem(infotype: number, bytes: readonly number[]): Item {
  switch (infotype) {
    case 0x00:
      return bytes.length < 6 ? 'truncated' : { name: 'supported_pids', value: supportedPids(0, bytes, 2), unit: 'list' };
    case 0x02:
      return readText('vin', VIN_LENGTH, bytes);
    case 0x04:
      return readList('calibration_ids', CALIBRATION_ID_LENGTH, bytes, textBetween);
    case 0x06:
      return readList('cvns', CVN_LENGTH, bytes, hexBetween);
    case 0x0a:
      return readText('ecu_name', ECU_NAME_LENGTH, bytes);
    default:
      return 'unknown_pid';
  }
}

function readText(name: string, length: number, bytes: readonly number[]): Item {
  const count = bytes[2];
  if (count === 0 && bytes.length < 3 + length) return undefined;
  if (count === undefined || bytes.length < 3 + length) return 'truncated';
  const value = textBetween(bytes, 3, 3 + length);
  return name === 'vin' && !VIN.test(value) ? 'invalid_vin' : { name, value, unit: 'text' };
}

function readList(name: string, length: number, bytes: readonly number[], read: typeof textBetween): Item {
  const count = bytes[2];
  if (count === undefined || bytes.length < 3 + count * length) return 'truncated';
  const value = Array.from({ length: count }, (_, i) => read(bytes, 3 + i * length, 3 + (i + 1) * length));
  return { name, value, unit: 'list' };
}

/** Characters of the bytes, without the NULs that fill them up. */
function textBetween(bytes: readonly number[], from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) if (bytes[i] !== 0) text += String.fromCharCode(bytes[i]!);
  return text;
}

function hexBetween(bytes: readonly number[], from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += HEX[bytes[i]!];
  return text;
}
