/** What a device's message is expected to give; see the recordings' own README for the rules of comparing. */
export interface DeviceSample {
  id: string;
  in: Record<string, unknown>;
  expect: Expected;
}

export interface Expected {
  events?: Record<string, unknown>[];
  /** After all messages, where one message holds one value. */
  state?: Record<string, unknown>;
  device?: string | null;
  identity?: Record<string, unknown>;
  status?: number;
  reply?: string;
  reply_hex?: string | null;
  reject?: string;
  online?: boolean;
  vin?: string;
  /** Names that nobody knows. */
  unknown?: string[];
  /** Reasons of what could not be taken. */
  faults?: string[];
  /** In place of everything else: the line itself is wrong. */
  error?: string;
}

type Answer = Record<string, unknown>;

/** Decoded further than an event shows; free. */
const NOT_COMPARED = new Set(['extra', 'io', 'absent', 'time_of_day_ms']);
const DAY = 86_400_000;

/** @param received the arrival that the answer was made with @returns what differs, in words; empty where the answer is as expected */
export const differences = (answer: Answer, expected: Expected, received: number): string[] => {
  const found: string[] = [];
  const differ = (what: string, got: unknown, wanted: unknown): void => {
    found.push(`${what}: got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
  };
  for (const key of ['device', 'reply', 'reply_hex'] as const) {
    if (key in expected && (answer[key] ?? null) !== expected[key]) differ(key, answer[key], expected[key]);
  }
  for (const key of ['status', 'reject', 'online', 'vin', 'error'] as const) {
    if (key in expected && answer[key] !== expected[key]) differ(key, answer[key], expected[key]);
  }
  const faults = (answer.faults ?? []) as { reason: string }[];
  if (expected.faults)
    compare(
      'faults',
      faults.map(({ reason }) => reason),
      expected.faults,
      differ,
    );
  if (expected.unknown) compare('unknown', answer.unknown ?? [], expected.unknown, differ);
  if (expected.identity) compare('identity', answer.identity, expected.identity, differ);
  const events = answer.events as Record<string, unknown>[];
  if (expected.state) {
    const [state = {}] = events;
    if (events.length > 1) differ('events', events, 'one state');
    compare('state', state, expected.state, differ);
  }
  if (!expected.events) return found;
  if (events.length !== expected.events.length) differ('events', events, expected.events);
  else for (const [n, event] of events.entries()) compareEvent(`events[${n}]`, event, expected.events[n]!, received, differ);
  return found;
};

type Differ = (what: string, got: unknown, wanted: unknown) => void;

const compareEvent = (where: string, got: Answer, wanted: Record<string, unknown>, received: number, differ: Differ): void => {
  const { ts, ...rest } = wanted;
  if (ts === null) {
    const time = wanted.time_of_day_ms;
    if (time === undefined ? got.ts !== received : (got.ts as number) % DAY !== time)
      differ(`${where}.ts`, got.ts, time ?? received);
  } else if (got.ts !== ts) differ(`${where}.ts`, got.ts, ts);
  compare(where, got, rest, differ);
  for (const path of (wanted.absent ?? []) as string[]) {
    const value = path.split('.').reduce<unknown>((inside, key) => (inside as Answer | undefined)?.[key], got);
    if (value !== undefined) differ(`${where}.${path}`, value, 'absent');
  }
};

/** Every key of `wanted`; more are free. `null` wants nothing there. */
const compare = (where: string, got: unknown, wanted: unknown, differ: Differ): void => {
  if (wanted === null) {
    if (got !== undefined && got !== null) differ(where, got, null);
  } else if (typeof wanted === 'number') {
    const position = /\.(?:lat|lon)$/.test(where);
    const tolerance = position ? 1e-6 : Math.max(1e-4, 1e-4 * Math.abs(wanted));
    if (typeof got !== 'number' || Math.abs(got - wanted) > tolerance) differ(where, got, wanted);
  } else if (Array.isArray(wanted)) {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) differ(where, got, wanted);
  } else if (typeof wanted === 'object') {
    for (const [key, value] of Object.entries(wanted)) {
      if (!NOT_COMPARED.has(key)) compare(`${where}.${key}`, (got as Answer | undefined)?.[key], value, differ);
    }
  } else if (got !== wanted) differ(where, got, wanted);
};
