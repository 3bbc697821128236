import type { ObdErrorKind } from './obd-signal.js';

/** What a line that is not plain hex turned out to be. */
export type AdapterLine =
  | { readonly is: 'chatter' }
  | { readonly is: 'fault'; readonly kind: ObdErrorKind }
  | { readonly is: 'voltage'; readonly volts: number }
  /** Hex (or hex behind a `n:` index) that stood behind noise. */
  | { readonly is: 'rest'; readonly text: string };

const chatter: AdapterLine = { is: 'chatter' };
const fault = (kind: ObdErrorKind): AdapterLine => ({ is: 'fault', kind });

/** Words of the adapter, without their spaces. */
const WORDS: ReadonlyMap<string, AdapterLine> = new Map([
  ['NODATA', fault('no_data')],
  ['UNABLETOCONNECT', fault('unable_to_connect')],
  ['STOPPED', fault('stopped')],
  ['BUFFERFULL', fault('buffer_full')],
  ['CANERROR', fault('bus_error')],
  ['BUSERROR', fault('bus_error')],
  ['FBERROR', fault('bus_error')],
  ['BUSBUSY', fault('bus_error')],
  ['DATAERROR', fault('data_error')],
  ['<DATAERROR', fault('data_error')],
  ['RXERROR', fault('data_error')],
  ['<RXERROR', fault('data_error')],
  ['?', fault('bad_command')],
]);

const SUPPLY_WORD = /^!?(?:LVRESET|LPALERT|ACTALERT)!?$/;
const ERROR_NUMBER = /^ERR[0-9A-F]{2}$/;
const VOLTAGE = /^(\d{1,2}\.\d{1,2})V$/;
/** Banner, echo of an AT command, names of protocols. */
const CHATTER = /^(?:OK$|ELM327|AT|AUTO|SAEJ1|ISO)/;
/** Progress that the first answer of a session may be glued to. */
const NOISE = /^(?:SEARCHING\.*|BUSINIT:?\.*(?:OK)?|\.+)/;
/** The adapter's mark on a line whose checksum or framing failed, behind the hex it voids. */
const VOIDED = /^(?:[0-9A-F]:)?[0-9A-F]+<?(?:DATA|RX)ERROR$/;

/** Capital letters of ASCII only: the full mapping would turn ligatures into hex digits. */
const upperCase = (text: string): string => text.replace(/[a-z]+/g, letters => letters.toUpperCase());

/**
 * Reads a line that holds more than hex digits and spaces. Case and inner spaces do not matter.
 * @see ELM327 data sheet, "Error messages and alerts"; clones differ in spaces and case
 */
export function readAdapterLine(line: string): AdapterLine {
  let text = upperCase(line.replace(/[ \t]+/g, ''));
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  let afterBusInit = false;
  for (let noise = NOISE.exec(text); noise !== null; noise = NOISE.exec(text)) {
    afterBusInit = noise[0].startsWith('BUS');
    text = text.slice(noise[0].length);
  }
  if (text === '') return chatter;
  if (afterBusInit && text === 'ERROR') return fault('bus_error');
  const behindNoise = WORDS.get(text);
  if (behindNoise !== undefined) return behindNoise;
  if (SUPPLY_WORD.test(text) || ERROR_NUMBER.test(text)) return fault('adapter_fault');
  if (VOIDED.test(text)) return fault('data_error');
  const volts = VOLTAGE.exec(text);
  if (volts !== null) return { is: 'voltage', volts: Number(volts[1]) };
  if (CHATTER.test(text)) return chatter;
  return { is: 'rest', text };
}
