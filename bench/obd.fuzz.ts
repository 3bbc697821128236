import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BareReply, decodeBareHex } from '../src/protocols/obd/bare-hex.js';
import { decodeObd } from '../src/protocols/obd/decode-obd.js';
import type { ObdSignal } from '../src/protocols/obd/obd-signal.js';
import { readObdLines } from '../src/protocols/obd/read-obd-lines.js';

/**
 * Throws mutated replies at the decoder: `node dist/bench/obd.fuzz.js [inputs] [seed]`, a million inputs when not told otherwise.
 * Prints its seed; the same seed gives the same inputs. Ends with 1 and the input at the first that throws, takes long, gives a number
 * that is none, or is read differently the short way.
 */

/** Processor time, not the clock's: a busy machine is no fault. */
const SLOW_US = 250_000;
const total = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const random = mulberry32(seed);
const below = (n: number): number => Math.floor(random() * n);
const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;

const golden = JSON.parse(readFileSync(join(process.cwd(), 'tests/golden/obd.json'), 'utf8')) as { input: string }[];
const inputs = golden.map(({ input }) => input).filter(input => input.length < 1_000);
const lines = [...new Set(inputs.flatMap(input => input.split('\r')))];
const TOKENS = [
  '7E8',
  '7E9 10 14 ',
  '7E8 21 ',
  '18DAF110',
  '48 6B 10 ',
  '87 F1 10 ',
  '014\r',
  '0:',
  '1: ',
  'SEARCHING...',
  'BUS INIT: ',
  '\r',
  '\n',
  '>',
  '\0',
  ':',
  '<DATA ERROR',
  '7F 01 78\r',
  '49 02 01',
  '43',
  'é',
  '４',
];
const CONTEXTS = [undefined, { protocol: 'can' }, { protocol: 'legacy' }] as const;

const MUTATIONS: readonly ((text: string) => string)[] = [
  text => text.slice(0, below(text.length + 1)),
  text => text.slice(below(text.length + 1)),
  text => cutAt(text, (a, b) => a + b.slice(1)),
  text => cutAt(text, (a, b) => a + pick('0123456789ABCDEFabcdef \r:>.GZ?'.split('')) + b.slice(1)),
  text => cutAt(text, (a, b) => a + pick(TOKENS) + b),
  text => cutAt(text, (a, b) => a + String.fromCharCode(below(256)) + b),
  text => cutAt(text, (a, b) => b + a),
  text => cutAt(text, (a, b) => a + b.slice(0, 8) + b),
  text =>
    text
      .split('\r')
      .sort(() => random() - 0.5)
      .join('\r'),
  text => `${text}\r${pick(lines)}`,
  text => `${pick(lines)}\r${text}`,
  text => text.replaceAll(' ', ''),
  text => text.toLowerCase(),
  text => text.repeat(1 + below(40)).slice(0, 6_000),
];

function cutAt(text: string, join: (before: string, behind: string) => string): string {
  const at = below(text.length + 1);
  return join(text.slice(0, at), text.slice(at));
}

/** Small seeded generator: enough to spread mutations, the same on every machine. */
function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const isSound = ({ value }: ObdSignal): boolean => typeof value !== 'number' || Number.isFinite(value);

/** What is wrong with how the input is handled; `undefined` when nothing is. */
function faultOf(text: string): string | undefined {
  const before = process.cpuUsage();
  const { signals, error } = decodeObd(text, pick(CONTEXTS));
  if (!signals.every(isSound)) return 'gives a number that is none';
  if (decodeBareHex(text, reply)) {
    if (error !== undefined || signals.length !== reply.count) return 'is taken the short way only';
    for (let i = 0; i < reply.count; i++)
      if (Number(signals[i]!.value) !== reply.values[i]) return 'is read differently the short way';
  }
  const into: Record<string, number> = {};
  readObdLines([text, text], into);
  if (!Object.values(into).every(Number.isFinite)) return 'gives a signal that is no number';
  const { user, system } = process.cpuUsage(before);
  return user + system > SLOW_US ? `takes ${Math.round((user + system) / 1000)} ms of processor time` : undefined;
}

const reply = new BareReply();
const outcomes = new Map<string, number>();
console.error(`obd.fuzz: ${total} inputs, seed ${seed}`);
for (let n = 0; n < total; n++) {
  let text = pick(inputs);
  for (let times = 1 + below(4); times > 0; times--) text = pick(MUTATIONS)(text);
  let fault: string | undefined;
  try {
    fault = faultOf(text);
    const outcome = decodeObd(text).error?.kind ?? 'decoded';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  } catch (error) {
    fault = `throws ${error instanceof Error ? error.stack : error}`;
  }
  if (fault !== undefined) {
    console.error(`input ${n} of seed ${seed} ${fault}: ${JSON.stringify(text).slice(0, 2_000)}`);
    process.exit(1);
  }
}
console.log(JSON.stringify({ inputs: total, seed, outcomes: Object.fromEntries([...outcomes].sort((a, b) => b[1] - a[1])) }));
