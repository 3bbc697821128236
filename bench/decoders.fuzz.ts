import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Reading } from '../src/model/reading.js';
import { recordOf } from '../src/model/signal-columns.js';
import { httpFormats, mqttFormats, streamFormats } from '../src/protocols/device-formats.js';
import { protocols } from '../src/protocols/index.js';
import type { Decoder, Routed } from '../src/protocols/protocol.js';
import { randomOf } from '../src/simulator/random.js';

/**
 * Throws spoilt messages at every decoder, over each way that it is heard: `node dist/bench/decoders.fuzz.js [inputs in all] [seed]`, a hundred
 * thousand when not told otherwise. Prints its seed; the same seed gives the same inputs. Ends with 1 and the input at the first that throws, takes
 * long, says a number that is none, or is read differently a second time.
 */

/** Processor time, not the clock's: a busy machine is no fault. */
const SLOW_US = 500_000;
const RECEIVED = Date.UTC(2026, 8, 21, 15);
const [total = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2, 4).map(Number);
const random = randomOf('decoders', seed);
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;

type Sample = { in: Record<string, unknown> & { messages?: Record<string, unknown>[] } };

/** What was really sent, from beside the decoders; our own format's from the contract. */
const OWN = [
  '{"ts":1790000000000,"seq":7,"gps":{"lat":52.1,"lon":4.3,"speed_kmh":81.5,"heading":270,"accuracy_m":4},"obd":["410C1AF8","410D50"],"dtc":["P0301"]}',
  '[{"ts":1790000000000,"obd":{"rpm":800,"vehicle_speed":0}},{"ts":1790000001000,"accel":{"x":0.1,"y":-3.2,"z":9.8},"ignition":true,"odometer_km":4.5}]',
  '{"v":1,"format":"elm","data":"41 0C 1A F8\\r41 0D 50\\r>"}',
];
const partsOf = (format: string): { bytes: Buffer; topic: string }[] => {
  let samples: Sample[] = [];
  try {
    samples = JSON.parse(readFileSync(resolve('src/protocols', format, 'samples.json'), 'utf8')).samples;
  } catch {
    return OWN.map(text => ({ bytes: Buffer.from(text), topic: 'telltale/v1/d/events' }));
  }
  return samples.flatMap(({ in: sent }) =>
    (sent.messages ?? [sent]).map(({ payload, payload_hex: hex, body, target, topic }) => ({
      bytes:
        typeof hex === 'string'
          ? Buffer.from(hex, 'hex')
          : Buffer.from(String(payload ?? body ?? String(target).split('?')[1] ?? '')),
      topic: String(topic ?? 'a/b'),
    })),
  );
};

const WORDS = [
  '',
  '0',
  '-1',
  '1e999',
  'NaN',
  'null',
  '""',
  '[]',
  '{}',
  '9'.repeat(40),
  '[['.repeat(3_000),
  '\0',
  'ÿ',
  '\ud83d',
  '"__proto__":1,',
  ',,,,',
  '$',
  '\r\n',
  '+RESP:',
];

const spoilt = (bytes: Buffer): Buffer => {
  let result = bytes;
  for (let times = random.below(4); times >= 0; times--) {
    const at = random.below(result.length + 1);
    switch (random.below(6)) {
      case 0: {
        result = Buffer.from(result);
        if (result.length > 0) result[random.below(result.length)] = random.below(256);
        break;
      }
      case 1:
        result = result.subarray(0, at);
        break;
      case 2:
        result = Buffer.concat([result.subarray(0, at), Buffer.from(pick(WORDS)), result.subarray(at)]);
        break;
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + random.below(40))]);
        break;
      case 4:
        // A number becomes another.
        result = Buffer.from(
          result.toString('latin1').replace(/\d+/g, digits => (random.chance(0.3) ? pick(WORDS) : digits)),
          'latin1',
        );
        break;
      default:
        result = Buffer.concat([result.subarray(at), result.subarray(0, at)]);
    }
    if (result.length > 20_000) result = result.subarray(0, 20_000);
  }
  return result;
};

const isSound = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value !== 'object' || value === null || Object.values(value).every(isSound);

const check = (decoder: Decoder, routed: readonly Routed[], topic: string, again: boolean): string => {
  let outcome = 'routed to nobody';
  for (const { device, slice } of routed) {
    const context = { device, topic, received: RECEIVED, offset: 1 };
    const decoded = decoder.decode(slice, context);
    for (const { source: _, signals, ...reading } of decoded.readings as Reading[]) {
      if (!isSound(reading) || !isSound(recordOf(signals))) throw new Error('says a number that is none');
      const { fix } = reading;
      if (fix && !(Math.abs(fix.lat) <= 90 && Math.abs(fix.lon) <= 180)) throw new Error('says a place that is none');
    }
    if (again && JSON.stringify(decoder.decode(slice, context)) !== JSON.stringify(decoded))
      throw new Error('is read differently again');
    outcome = decoded.readings.length > 0 ? 'read' : decoded.faults.length > 0 ? 'faults' : 'nothing in it';
  }
  return outcome;
};

type Subject = { name: string; attempt: (again: boolean) => { input: string; outcome: () => string } };

const overMqtt = [...new Set([...protocols, ...mqttFormats])].map((protocol): Subject => {
  const parts = partsOf(protocol.name);
  return {
    name: `mqtt ${protocol.name}`,
    attempt: again => {
      const { bytes, topic } = pick(parts);
      const payload = spoilt(bytes);
      const input = `${topic} ${payload.toString('base64')}`;
      return {
        input,
        outcome: () => {
          const routed = protocol.route(topic, payload);
          return check(protocol, routed.length > 0 ? routed : [{ device: 'd', slice: payload }], topic, again);
        },
      };
    },
  };
});
const overHttp = httpFormats.map((protocol): Subject => {
  const parts = partsOf(protocol.name);
  return {
    name: `http ${protocol.name}`,
    attempt: again => {
      const body = spoilt(pick(parts).bytes);
      const asQuery = random.chance(0.5);
      return {
        input: body.toString('base64'),
        outcome: () => {
          const { routed, topic, refused, answer } = protocol.route({
            method: asQuery ? 'GET' : 'POST',
            path: '/',
            query: asQuery ? body.toString('latin1') : '',
            headers: {},
            body: asQuery ? Buffer.alloc(0) : body,
          });
          answer('taken');
          return refused ? 'refused' : check(protocol, [...routed, { device: 'd', slice: body }], topic, again);
        },
      };
    },
  };
});
const overStreams = streamFormats.map((protocol): Subject => {
  const parts = partsOf(protocol.name);
  return {
    name: `stream ${protocol.name}`,
    attempt: again => {
      const pieces = Array.from({ length: 1 + random.below(3) }, () => spoilt(pick(parts).bytes));
      const transport = pick(protocol.transports);
      return {
        input: pieces.map(piece => piece.toString('base64')).join(' '),
        outcome: () => {
          const conversation = protocol.open({ transport });
          let outcome = 'waits for more';
          for (const step of [...pieces.flatMap(piece => conversation.hear(piece)), ...conversation.end()])
            outcome = step.kind === 'record' ? check(protocol, step.routed, protocol.name, again) : step.kind;
          return outcome;
        },
      };
    },
  };
});

const subjects = [...overMqtt, ...overHttp, ...overStreams];
const each = Math.ceil(total / subjects.length);
for (const { name, attempt } of subjects) {
  const outcomes = new Map<string, number>();
  for (let n = 0; n < each; n++) {
    const { input, outcome } = attempt(n % 16 === 0);
    const before = n % 8 === 0 ? process.cpuUsage() : undefined;
    let fault: string | undefined;
    let word = '';
    try {
      word = outcome();
    } catch (error) {
      fault = error instanceof Error ? error.stack : String(error);
    }
    const { user, system } = before ? process.cpuUsage(before) : { user: 0, system: 0 };
    if (user + system > SLOW_US) fault ??= `takes ${Math.round((user + system) / 1_000)} ms of processor time`;
    if (fault !== undefined) {
      console.error(`${name}: input ${n} of seed ${seed}: ${fault}: ${input.slice(0, 4_000)}`);
      process.exit(1);
    }
    outcomes.set(word, (outcomes.get(word) ?? 0) + 1);
  }
  console.log(JSON.stringify({ subject: name, inputs: each, seed, outcomes: Object.fromEntries(outcomes) }));
}
