import { emptyReading, type Reading } from '../../model/reading.js';
import { looseNumber } from '../loose-values.js';
import { HEX } from '../obd/hex-digits.js';
import { readObdLines } from '../obd/read-obd-lines.js';
import { signalOfPid } from '../signal-names.js';
import { readObdFindings } from '../telltale-v1/read-obd-findings.js';

/** Services that our decoder reads; others are the maker's. */
const SERVICES = new Set([1, 3, 7, 9, 10]);
const HEX_TEXT = /^(?:0x)?((?:[0-9a-f]{2}){1,255})$/i;

/**
 * Reads the answer to a diagnostic request: raw bytes in `payload`, or the decoded number in `value`.
 * @returns what it changes in a reading; undefined where it failed or says nothing
 */
export const readDiagnostic = (message: Record<string, unknown>): Partial<Reading> | undefined => {
  const mode = looseNumber(message.mode);
  const pid = looseNumber(message.pid);
  if (message.success === false || mode === undefined || !SERVICES.has(mode)) return undefined;
  const payload = HEX_TEXT.exec(typeof message.payload === 'string' ? message.payload : '')?.[1];
  if (payload === undefined) {
    const value = looseNumber(message.value);
    const signal = mode === 1 && pid !== undefined ? signalOfPid(pid) : undefined;
    return signal === undefined || value === undefined ? undefined : { signals: { [signal]: value } };
  }
  const line = HEX[mode + 0x40]! + (pid === undefined ? '' : (HEX[pid] ?? '')) + payload;
  const reading = emptyReading(0, 0, '', 0, 0);
  const signals: Record<string, number> = {};
  readObdFindings(readObdLines([line], signals), reading);
  const { dtcs, vin, odometer } = reading;
  if (Object.keys(signals).length === 0 && dtcs === undefined && vin === undefined) return undefined;
  return { signals, ...(dtcs && { dtcs }), ...(vin && { vin }), ...(odometer !== undefined && { odometer }) };
};
