import { generate, type Packet } from 'mqtt-packet';
import { FrameReader } from '../src/adapters/mqtt/frame-reader.js';
import { MqttProtocolError } from '../src/adapters/mqtt/mqtt-errors.js';
import { decodePacket, type MqttVersion } from '../src/adapters/mqtt/packet-codec.js';
import { isPublish, readPublish } from '../src/adapters/mqtt/publish-frame.js';
import { drawGeofence } from '../src/api/geofence-shape.js';
import { ApiProblem } from '../src/api/http/problem.js';
import { geofenceBody } from '../src/api/wire/geofence.js';
import { parseClientFrame } from '../src/api/ws/client-frame.js';
import { describeApi, describedRoutes } from '../src/app/describe-api.js';
import { randomOf } from '../src/simulator/random.js';

/**
 * Throws spoilt inputs at what stands at the borders: `node dist/bench/inputs.fuzz.js [inputs of each] [seed] [subject…]`, a hundred
 * thousand of each when not told otherwise. Prints its seed; the same seed gives the same inputs. Ends with 1 and the input at the first
 * that throws what is no refusal, or takes long.
 */

/** Processor time, not the clock's: a busy machine is no fault. */
const SLOW_US = 500_000;
const [total = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2, 4).map(Number);
const chosen = process.argv.slice(4);
let random = randomOf(seed);
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;

const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  -0,
  1e308,
  2 ** 53,
  0.1,
  '',
  ' ',
  'v-1',
  '\0',
  '\ud800',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  "'; DROP TABLE trip; --",
  'a'.repeat(5_000),
  `${'1'.repeat(400)}!`,
  '2026-02-30T25:00:00Z',
  '9'.repeat(30),
  [],
  {},
  [[[[[[[[]]]]]]]],
  JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'),
  Array.from({ length: 6_000 }, () => 'v-1'),
];

/** The value with one place of it changed, taken away, doubled or put elsewhere. */
const spoilt = (value: unknown): unknown => {
  if (random.chance(0.15) || typeof value !== 'object' || value === null) {
    if (typeof value === 'number' && random.chance(0.6))
      return value * pick([-1, 0.5, 2, 10, 1e6, 1 + 1e-15]) + pick([0, 0, 1, 180]);
    return structuredClone(pick(STRANGE));
  }
  if (Array.isArray(value)) {
    const list = [...value];
    const at = random.below(list.length + 1);
    const act = random.below(4);
    if (act === 0) list.splice(at, 1);
    else if (act === 1) list.splice(at, 0, list[random.below(list.length)]);
    else if (at < list.length) list[at] = spoilt(list[at]);
    return list;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.05)) return { ...value, [String(pick(STRANGE)).slice(0, 40)]: pick(STRANGE) };
  const [name, held] = pick(entries);
  if (random.chance(0.1)) return Object.fromEntries(entries.filter(([other]) => other !== name));
  return { ...value, [name]: spoilt(held) };
};

const spoiltText = (text: string): string => {
  const at = random.below(text.length + 1);
  const other = pick(['', '"', '{', '}', '[', ',', '\\', '\0', '\ud83d', '1e999', 'null', '[['.repeat(20_000)]);
  return text.slice(0, at) + other + text.slice(at + random.below(3));
};

/** @returns what became of the input */
type Subject = () => { input: unknown; try: () => string };

const positions = () => [random.between(-180, 180), random.between(-90, 90)];
const frames: readonly object[] = [
  { type: 'ping' },
  { type: 'unsubscribe', id: '1' },
  {
    type: 'subscribe',
    id: 1,
    channel: 'alerts',
    since: '17',
    filter: { vehicles: ['v'], kinds: ['speeding'], min_severity: 'info' },
  },
  { type: 'subscribe', id: 'a', channel: 'positions', filter: { vehicles: ['v'], bbox: [-1, 50, 2, 53] } },
];

const websocket: Subject = () => {
  const text = JSON.stringify(spoilt(pick(frames))) ?? 'undefined';
  const input = random.chance(0.4) ? spoiltText(text) : text;
  return {
    input,
    try: () => {
      const answer = parseClientFrame(input);
      return 'code' in answer ? answer.code : answer.type;
    },
  };
};

/** A ring around a point, of so many corners, sometimes spiky so that its sides cross. */
const ring = (): number[][] => {
  const [lon, lat] = [pick([4, 179.9, -179.9, random.between(-180, 180)]), pick([52, 89.9, random.between(-89, 89)])];
  const corners = 3 + random.below(random.chance(0.02) ? 400 : 12);
  const spiky = random.chance(0.3);
  const points = Array.from({ length: corners }, (_, n) => {
    const angle = spiky ? random.between(0, 2 * Math.PI) : (2 * Math.PI * n) / corners;
    const size = pick([0.01, 0.01, 1, 0, 1e-12]);
    return [lon! + size * Math.cos(angle), lat! + size * Math.sin(angle)];
  });
  return random.chance(0.7) ? [...points, points[0]!] : points;
};
const rings = (): number[][][] => Array.from({ length: 1 + random.below(3) }, ring);
const geometries: readonly (() => object)[] = [
  () => ({ type: 'Point', coordinates: positions() }),
  () => ({ type: 'LineString', coordinates: Array.from({ length: 1 + random.below(5) }, positions) }),
  () => ({ type: 'Polygon', coordinates: rings() }),
  () => ({ type: 'MultiPolygon', coordinates: Array.from({ length: 1 + random.below(3) }, rings) }),
];

const geofence: Subject = () => {
  const properties = { name: 'F', on: ['enter', 'dwell'], dwell_s: 30, radius_m: 100, width_m: 20 };
  const whole = { type: 'Feature', geometry: pick(geometries)(), properties };
  const input = random.chance(0.4) ? spoilt(whole) : whole;
  return {
    input,
    try: () => {
      const body = geofenceBody.safeParse(input);
      if (!body.success) return 'not read';
      const drawing = drawGeofence('f', body.data, 'UTC');
      let step = drawing.next();
      while (!step.done) step = drawing.next();
      const { geometry } = step.value;
      const numbers = geometry.coordinates.flat(4) as number[];
      if (!numbers.every(Number.isFinite)) throw new Error('a coordinate that is no number was taken');
      return 'taken';
    },
  };
};

interface Described {
  requestBody?: { content?: Record<string, { example?: unknown }> };
}
const paths = describeApi().paths as Record<string, Record<string, Described>>;
const routes = describedRoutes().filter(({ body, query }) => body !== undefined || query !== undefined);

const rest: Subject = () => {
  const route = pick(routes);
  const example = paths[route.path]?.[route.method]?.requestBody?.content?.['application/json']?.example;
  let sent: unknown = example ?? {};
  for (let times = random.below(4); times > 0; times--) sent = spoilt(sent);
  const word = (): unknown => (random.chance(0.3) ? pick(STRANGE) : pick(['1', '50', 'v-1', '2026-01-01', 'abc', 'true', '-1']));
  const names = ['limit', 'cursor', 'from', 'to', 'vehicle', 'driver', 'kind', 'group', 'bbox', 'period', 'days', 'zone', 'q'];
  const query = Object.fromEntries(Array.from({ length: random.below(4) }, () => [pick(names), word()]));
  return {
    input: { route: `${route.method} ${route.path}`, body: sent, query },
    try: () => {
      const taken = [route.body?.safeParse(sent), route.query?.safeParse(query)].every(result => result?.success !== false);
      if (({} as { admin?: unknown }).admin !== undefined) throw new Error('the prototype of all objects was changed');
      return taken ? 'taken' : 'refused';
    },
  };
};

const topic = 'telltale/v1/a/events';
const messageId = 7;
const properties = { userProperties: { a: 'b' } };
const packets: readonly Packet[] = [
  { cmd: 'connect', protocolVersion: 5, clientId: 'a', username: 'a', password: Buffer.from('secret'), properties },
  { cmd: 'connect', clientId: 'a', will: { topic, payload: Buffer.from('w'), qos: 1, retain: false } },
  { cmd: 'publish', topic, payload: '{"ts":1}', qos: 1, messageId, dup: false, retain: false, properties: { contentType: 'x' } },
  { cmd: 'publish', topic, payload: 'p', qos: 0, dup: false, retain: true },
  { cmd: 'subscribe', messageId, subscriptions: [{ topic, qos: 1, nl: false, rap: false, rh: 0 }], properties },
  { cmd: 'unsubscribe', messageId, unsubscriptions: [topic] },
  { cmd: 'puback', messageId, reasonCode: 0, properties },
  { cmd: 'pubrel', messageId },
  { cmd: 'pingreq' },
  { cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 3 } },
];
const encoded = ([4, 5] as const).map(version =>
  packets.map(packet => Buffer.from(generate(packet, { protocolVersion: version }))),
);

const mqtt: Subject = () => {
  const version: MqttVersion = pick([4, 5]);
  const bytes = Buffer.concat(Array.from({ length: 1 + random.below(3) }, () => pick(encoded[version - 4]!)));
  for (let times = random.below(5); times > 0; times--) bytes[random.below(bytes.length)] = random.below(256);
  const input = bytes.subarray(0, random.chance(0.2) ? random.below(bytes.length) : bytes.length);
  const cut = random.below(input.length + 1);
  return {
    input: input.toString('hex'),
    try: () => {
      const reader = new FrameReader(1_024 * 1_024);
      let read = 0;
      // In two pieces, as a network may cut it.
      for (const piece of [input.subarray(0, cut), input.subarray(cut)]) {
        reader.push(Buffer.from(piece));
        while (reader.heldBytes > 0 && reader.next()) {
          if (isPublish(reader.header)) readPublish(reader, version);
          else decodePacket(reader.frame(), reader.header >> 4 === 1 ? undefined : version);
          reader.consume();
          read++;
        }
      }
      return reader.heldBytes > 0 ? 'waits for more' : `${read} packets`;
    },
  };
};

const subjects = { websocket, geofence, rest, mqtt };
const isRefusal = (error: unknown): boolean => error instanceof ApiProblem || error instanceof MqttProtocolError;

console.error(`inputs.fuzz: ${total} inputs of each, seed ${seed}`);
for (const [name, subject] of Object.entries(subjects).filter(([name]) => chosen.length === 0 || chosen.includes(name))) {
  random = randomOf(name, seed);
  const outcomes = new Map<string, number>();
  for (let n = 0; n < total; n++) {
    const { input, try: attempt } = subject();
    const before = process.cpuUsage();
    let fault: string | undefined;
    let outcome = 'refused';
    try {
      outcome = attempt();
    } catch (error) {
      if (!isRefusal(error)) fault = `throws ${error instanceof Error ? error.stack : error}`;
    }
    const { user, system } = process.cpuUsage(before);
    if (user + system > SLOW_US) fault ??= `takes ${Math.round((user + system) / 1_000)} ms of processor time`;
    if (fault !== undefined) {
      console.error(`${name}: input ${n} of seed ${seed} ${fault}: ${JSON.stringify(input).slice(0, 2_000)}`);
      process.exit(1);
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const sorted = [...outcomes].sort((a, b) => b[1] - a[1]);
  console.log(JSON.stringify({ subject: name, inputs: total, seed, outcomes: Object.fromEntries(sorted) }));
}
