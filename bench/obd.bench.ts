import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BareReply, decodeBareHex } from '../src/protocols/obd/bare-hex.js';
import { decodeObd } from '../src/protocols/obd/decode-obd.js';
import { HEX } from '../src/protocols/obd/hex-digits.js';
import { readObdLines } from '../src/protocols/obd/read-obd-lines.js';
import type { Figure } from './figure.js';

/** Different frames in turn, so that no branch or value is learnt by heart. */
const FRAMES = 4096;
const WARM_UP_MS = 500;
/** Many short rounds: on a busy machine some fall into one time slice, and the best is what a core can do. */
const ROUND_MS = 25;
const ROUNDS = 60;

/** What cars are asked most: rpm, speed, load, temperatures, air flow, throttle, fuel, voltage, lambda with voltage, odometer. */
const PIDS: readonly (readonly [pid: string, bytes: number])[] = [
  ['0C', 2],
  ['0D', 1],
  ['04', 1],
  ['05', 1],
  ['0F', 1],
  ['10', 2],
  ['11', 1],
  ['2F', 1],
  ['42', 2],
  ['24', 4],
  ['A6', 4],
  ['0B', 1],
];

const frameOf = (i: number): string => {
  const [pid, bytes] = PIDS[i % PIDS.length]!;
  // Knuth's multiplicative hash: spread data without a random source.
  const data = Array.from({ length: bytes }, (_, k) => HEX[(Math.imul(i + 31 * k, 2654435761) >>> 24) & 0xff]);
  return `41${pid}${data.join('')}`;
};

/** Inputs per second in the best round; `once` handles `units` of them. */
const rate = (units: number, once: () => void): number => {
  const until = performance.now() + WARM_UP_MS;
  while (performance.now() < until) once();
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let handled = 0;
    let elapsed = 0;
    do {
      once();
      handled += units;
      elapsed = performance.now() - start;
    } while (elapsed < ROUND_MS);
    best = Math.max(best, (handled * 1000) / elapsed);
  }
  return Math.round(best);
};

/** Both ways of the OBD decoder, beside obd-parser's table (GPL-3.0: loaded here and in tests only) and a bare look-up that checks nothing. */
export async function run(): Promise<Figure[]> {
  const frames = Array.from({ length: FRAMES }, (_, i) => frameOf(i));
  const reply = new BareReply();
  let sum = 0;

  const fast = rate(FRAMES, () => {
    for (let i = 0; i < FRAMES; i++) if (decodeBareHex(frames[i]!, reply)) sum += reply.values[0]!;
  });

  const spaced = frames.map(frame => frame.match(/../g)!.join(' '));
  const single = rate(FRAMES, () => {
    for (let i = 0; i < FRAMES; i++) sum += decodeObd(spaced[i]!).signals.length;
  });

  const golden = JSON.parse(readFileSync(join(process.cwd(), 'tests/golden/obd.json'), 'utf8')) as {
    input: string;
    category: string;
  }[];
  const inputs = golden.filter(({ category }) => category !== 'too_long').map(({ input }) => input);
  const mixed = rate(inputs.length, () => {
    for (const input of inputs) sum += decodeObd(input).signals.length;
  });

  const events = Array.from({ length: FRAMES / 4 }, (_, i) => frames.slice(4 * i, 4 * i + 4));
  const lines = rate(FRAMES, () => {
    for (let i = 0; i < events.length; i++) {
      const into: Record<string, number> = {};
      sum += readObdLines(events[i]!, into).failures;
    }
  });

  const parser = createRequire(import.meta.url)('obd-parser/lib/pids/index.js') as {
    getPidByPidCode(code: string): { getValueForBytes(bytes: string[]): number } | null;
  };
  const theirs = rate(FRAMES, () => {
    for (let i = 0; i < FRAMES; i++) {
      const bytes = frames[i]!.match(/.{1,2}/g)!;
      sum += parser.getPidByPidCode(bytes[1]!)?.getValueForBytes(bytes) ?? 0;
    }
  });

  const table = new Map(PIDS.map(([pid]) => [pid, (raw: number) => raw / 4]));
  const lookUp = rate(FRAMES, () => {
    for (let i = 0; i < FRAMES; i++) {
      const frame = frames[i]!;
      sum += table.get(frame.slice(2, 4))!(Number.parseInt(frame.slice(4), 16));
    }
  });

  // Read, so that no loop above can be left out as without effect.
  if (Number.isNaN(sum)) throw new Error('a decoder gave NaN');
  return [
    {
      name: 'obd.bare_hex',
      value: fast,
      unit: 'frames/s',
      note: `12 PIDs of 1-4 bytes, ${FRAMES} different frames; target 5,000,000`,
    },
    { name: 'obd.full_grammar.single_pid', value: single, unit: 'inputs/s', note: 'the same frames with spaces; target 500,000' },
    {
      name: 'obd.full_grammar.golden',
      value: mixed,
      unit: 'inputs/s',
      note: `${inputs.length} golden inputs: multi-frame, headers, faults; target 500,000`,
    },
    { name: 'obd.event_of_4_frames', value: lines, unit: 'frames/s', note: 'into a new record of signals per event' },
    {
      name: 'obd.obd_parser',
      value: theirs,
      unit: 'frames/s',
      note: "obd-parser 0.3.0's table alone, without its stream and promises; knows 7 of the 12 PIDs",
    },
    {
      name: 'obd.table_look_up',
      value: lookUp,
      unit: 'frames/s',
      note: 'Map, parseInt and one formula for all: no checks, wrong values',
    },
  ];
}
