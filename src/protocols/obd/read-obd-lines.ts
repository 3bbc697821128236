import { BareReply, decodeBareHex } from './bare-hex.js';
import { decodeLines } from './decode-obd.js';
import type { ObdError, ObdSignal } from './obd-signal.js';
import { splitLines } from './split-lines.js';

/** What an event's OBD replies told besides numbers. A list that was not asked for is `undefined`; an empty one says "none". */
export interface ObdFindings {
  /** Codes of all ECUs that answered, each once, in the order of the replies. */
  readonly stored: readonly string[] | undefined;
  readonly pending: readonly string[] | undefined;
  readonly permanent: readonly string[] | undefined;
  /** True when any ECU asks for the lamp. */
  readonly milOn: boolean | undefined;
  /** The engine's freeze frame (mode 02), and the code that stored it. */
  readonly frozen: { code: string | undefined; signals: Record<string, number> } | undefined;
  /** Monitors that have not run since codes were cleared. */
  readonly incomplete: readonly string[] | undefined;
  readonly vin: string | undefined;
  /** V, at the plug. */
  readonly adapterVoltage: number | undefined;
  /** Failing messages in input order, the first 16 of them. */
  readonly errors: readonly ObdError[];
  /** How many messages failed in all. */
  readonly failures: number;
}

const MOST_ERRORS = 16;

/** Shared by all events that hold numbers only, which is nearly every one. */
const NUMBERS_ONLY: ObdFindings = Object.freeze({
  stored: undefined,
  pending: undefined,
  permanent: undefined,
  milOn: undefined,
  frozen: undefined,
  incomplete: undefined,
  vin: undefined,
  adapterVoltage: undefined,
  errors: Object.freeze([]),
  failures: 0,
});

const bare = new BareReply();

/**
 * Reads the OBD replies of one event: bare frames the short way, and where a line is anything else, all lines as one exchange.
 * @param lines as in an event's `obd`; an element may itself hold several lines
 * @param into gets every number by its signal's name, booleans as 0 and 1, over what is there. Where several ECUs answer the same
 *   signal the engine's (7E8, 18DAF110) goes before; frozen values (mode 02) are no present ones and stay out
 * @returns what is no number; shared and frozen when there is nothing
 */
export function readObdLines(lines: readonly string[], into: Record<string, number>): ObdFindings {
  for (let i = 0; i < lines.length; i++) {
    // Lines may belong together (pieces of a reply, a "wait" and its answer), so one that is not bare takes all with it.
    if (!decodeBareHex(lines[i]!, bare)) return readExchange(lines, into);
    for (let k = 0; k < bare.count; k++) into[bare.fields[k]!.name] = bare.values[k]!;
  }
  return NUMBERS_ONLY;
}

function readExchange(lines: readonly string[], into: Record<string, number>): ObdFindings {
  const { signals, errors } = decodeLines(splitLines(lines.join('\r')));
  // Other ECUs first and backwards, then the engine and those without a name in order: the last to write stays.
  for (let i = signals.length - 1; i >= 0; i--) if (!isEngine(signals[i]!)) write(signals[i]!, into);
  for (const signal of signals) if (isEngine(signal)) write(signal, into);

  const findings: Writable<ObdFindings> = { ...NUMBERS_ONLY, errors: errors.slice(0, MOST_ERRORS), failures: errors.length };
  let fromEngine = false;
  for (const signal of signals) {
    if (signal.frame !== undefined) {
      freeze(findings, signal);
      continue;
    }
    switch (signal.name) {
      case 'stored_dtcs':
        findings.stored = union(findings.stored, signal);
        break;
      case 'pending_dtcs':
        findings.pending = union(findings.pending, signal);
        break;
      case 'permanent_dtcs':
        findings.permanent = union(findings.permanent, signal);
        break;
      case 'mil_on':
        findings.milOn = findings.milOn === true || signal.value === true;
        break;
      case 'monitors_incomplete':
        findings.incomplete = union(findings.incomplete, signal);
        break;
      case 'vin':
        if (fromEngine) break;
        if (findings.vin === undefined || isEngine(signal)) findings.vin = signal.value as string;
        fromEngine = isEngine(signal);
        break;
      case 'adapter_voltage':
        findings.adapterVoltage = signal.value as number;
    }
  }
  return findings;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A frame comes signal by signal; that of the engine counts. */
function freeze(findings: Writable<ObdFindings>, signal: ObdSignal): void {
  if (!isEngine(signal)) return;
  findings.frozen ??= { code: undefined, signals: {} };
  const { frozen } = findings;
  if (signal.name === 'freeze_frame_dtc') frozen.code = typeof signal.value === 'string' ? signal.value : undefined;
  else if (typeof signal.value === 'number') frozen.signals[signal.name] = signal.value;
}

/** The engine's ECU by its address (7E8, 18DAF110, legacy 10), or one that no header names. */
const isEngine = ({ ecu }: ObdSignal): boolean => ecu === undefined || ecu === '7E8' || ecu === '18DAF110' || ecu === '10';

function write({ name, value, frame }: ObdSignal, into: Record<string, number>): void {
  if (frame !== undefined) return;
  if (typeof value === 'number') into[name] = value;
  else if (typeof value === 'boolean') into[name] = value ? 1 : 0;
}

function union(codes: readonly string[] | undefined, { value }: ObdSignal): readonly string[] {
  const more = value as readonly string[];
  return codes === undefined ? more : [...new Set([...codes, ...more])];
}
