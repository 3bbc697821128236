import type { ContractEvent } from '../src/simulator/contract-event.js';
import { METRES_PER_DEGREE, metresPerDegreeOfLongitude } from '../src/streams/track/geometry.js';

/** Events on their way: who sends them and when they arrive. */
export interface Parcel {
  device: string;
  received: number;
  events: ContractEvent[];
}

export interface Spoil {
  name: string;
  /** What the device's clock is off by, ms: the truth is looked for there. */
  shift?: number;
  /** @param random 0 to 1, the same at every run */
  spoil(events: readonly ContractEvent[], device: string, random: () => number): Parcel[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const PER_MESSAGE = 10;
const ON_THE_WAY = 200;
/** An upload of what was kept has longer messages. */
const PER_UPLOAD = 50;

const inMessages = (events: readonly ContractEvent[], device: string, of = PER_MESSAGE, after = ON_THE_WAY): Parcel[] => {
  const parcels: Parcel[] = [];
  for (let from = 0; from < events.length; from += of) {
    const some = events.slice(from, from + of);
    parcels.push({ device, received: some.at(-1)!.ts + after, events: some });
  }
  return parcels;
};

/** Sum of twelve evenly spread numbers: near enough to a normal distribution. */
const normal = (random: () => number): number => {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
};

const moved = (event: ContractEvent, north_m: number, east_m: number, speed_kmh = 0): ContractEvent => {
  const { gps } = event;
  if (gps === undefined) return event;
  const lat = gps.lat + north_m / METRES_PER_DEGREE;
  const lon = gps.lon + east_m / metresPerDegreeOfLongitude(gps.lat);
  return { ...event, gps: { ...gps, lat, lon, speed_kmh: Math.max(0, gps.speed_kmh + speed_kmh) } };
};

const jittered = (events: readonly ContractEvent[], random: () => number, metres: number, kmh: number): ContractEvent[] =>
  events.map(event => moved(event, metres * normal(random), metres * normal(random), kmh * normal(random)));

/** As receivers wander in a town: what they are off by changes over half a minute. */
const wandering = (events: readonly ContractEvent[], random: () => number, metres: number): ContractEvent[] => {
  const keeps = Math.exp(-1 / 30);
  const fresh = metres * Math.sqrt(1 - keeps ** 2);
  let [north, east] = [metres * normal(random), metres * normal(random)];
  return events.map(event => {
    [north, east] = [keeps * north + fresh * normal(random), keeps * east + fresh * normal(random)];
    return moved(event, north, east);
  });
};

const shuffle = <T>(some: T[], random: () => number): T[] =>
  some
    .map(one => [random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

/** Without what the engine and its battery tell; the receiver and the accelerometer go on. */
const withoutEngine = ({
  obd: _,
  ignition: __,
  odometer_km: ___,
  external_voltage: ____,
  dtc: _____,
  ...rest
}: ContractEvent): ContractEvent => rest;

/** How devices go wrong in the field, each by itself, and what is left of a drive then. */
export const SPOILS: readonly Spoil[] = [
  { name: 'as it was', spoil: (events, device) => inMessages(events, device) },
  { name: 'positions wander by 6 m', spoil: (events, device, random) => inMessages(wandering(events, random, 6), device) },
  {
    name: 'positions jitter by 6 m from one second to the next, speeds by 0.5 km/h',
    spoil: (events, device, random) => inMessages(jittered(events, random, 6, 0.5), device),
  },
  {
    name: 'multipath: jumps of 80 to 400 m for 1 to 4 s, twice in a minute',
    spoil: (events, device, random) => {
      let left = 0;
      let [north, east] = [0, 0];
      const jumping = events.map(event => {
        if (left === 0 && random() < 1 / 30) {
          left = 1 + Math.floor(random() * 4);
          const [angle, far] = [random() * 2 * Math.PI, 80 + random() * 320];
          [north, east] = [far * Math.cos(angle), far * Math.sin(angle)];
        }
        if (left === 0) return event;
        left--;
        return moved(event, north, east);
      });
      return inMessages(jumping, device);
    },
  },
  {
    name: 'three of ten messages doubled, up to a minute later',
    spoil: (events, device, random) =>
      inMessages(events, device).flatMap(parcel =>
        random() < 0.3 ? [parcel, { ...parcel, received: parcel.received + random() * MINUTE }] : [parcel],
      ),
  },
  {
    name: 'twenty minutes of each hour kept, uploaded in disorder two days later',
    spoil: (events, device, random) => {
      const start = events[0]!.ts;
      const isKept = ({ ts }: ContractEvent) =>
        (ts - start) % (60 * MINUTE) >= 20 * MINUTE && (ts - start) % (60 * MINUTE) < 40 * MINUTE;
      const kept = events.filter(isKept);
      const later = shuffle(inMessages(kept, device, PER_UPLOAD), random).map((parcel, i) => ({
        ...parcel,
        received: events.at(-1)!.ts + 2 * DAY + i * SECOND,
      }));
      return [
        ...inMessages(
          events.filter(event => !isKept(event)),
          device,
        ),
        ...later,
      ];
    },
  },
  {
    name: 'the clock gains 1 s in ten minutes, and is in the year 2000 for 20 s after a reset',
    spoil: (events, device) => {
      const start = events[0]!.ts;
      const reset = start + Math.floor((events.at(-1)!.ts - start) / 2);
      return inMessages(events, device).map(({ events: some, ...parcel }) => ({
        ...parcel,
        events: some.map(event => {
          if (event.ts >= reset && event.ts < reset + 20 * SECOND)
            return { ...event, ts: Date.UTC(2000, 0, 1) + event.ts - reset };
          // A reset sets it right: it gains anew from there.
          const since = event.ts < reset ? start : reset;
          return { ...event, ts: event.ts + Math.round((event.ts - since) / 600) };
        }),
      }));
    },
  },
  {
    name: 'nothing of the engine for ten minutes of each twenty',
    spoil: (events, device) => {
      const start = events[0]!.ts;
      return inMessages(
        events.map(event => ((event.ts - start) % (20 * MINUTE) >= 10 * MINUTE ? withoutEngine(event) : event)),
        device,
      );
    },
  },
  {
    name: 'the wrong time zone: two hours behind',
    shift: -120 * MINUTE,
    spoil: (events, device) =>
      inMessages(events, device).map(parcel => ({
        ...parcel,
        events: parcel.events.map(event => ({ ...event, ts: event.ts - 120 * MINUTE })),
      })),
  },
  {
    name: 'a second device on the vehicle: a phone, every 5 s, off by 10 m and 1 km/h',
    spoil: (events, device, random) => [
      ...inMessages(events, device),
      ...inMessages(
        jittered(
          events.filter((_, i) => i % 5 === 0).map(({ ts, seq, gps }) => ({ ts: ts + 300, seq, ...(gps && { gps }) })),
          random,
          10,
          1,
        ),
        `${device}-phone`,
        2,
        700,
      ),
    ],
  },
];
