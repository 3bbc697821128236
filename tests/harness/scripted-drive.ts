/** A stretch of a scripted drive: from the speed before to `to_kmh`, evenly, over so many seconds. */
export interface Leg {
  seconds: number;
  to_kmh: number;
  /** The engine runs; true unless said. */
  engine?: boolean;
  /** Degrees clockwise from north; as before unless said. */
  heading?: number;
}

export interface DriveScript {
  /** Epoch ms of the first event. */
  start: number;
  legs: readonly Leg[];
  lat?: number;
  lon?: number;
  heading?: number;
  driver?: string;
  /** `seq` of the first event; 1 unless given. */
  seq?: number;
  /** Seconds between events. */
  every_s?: number;
}

/** One event as a device sends it (contract §3), once a second, with position, OBD speed and rpm, and ignition. */
export interface DrivenEvent {
  ts: number;
  seq: number;
  gps: { lat: number; lon: number; speed_kmh: number; heading: number; hdop: number; sats: number; fix: true };
  signals: { vehicle_speed: number; engine_rpm: number };
  ignition: boolean;
  driver?: string;
}

const METRES_PER_DEGREE = 111_195;
const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/** A drive with known answers: straight legs, even acceleration, no noise. The speed of the OBD is in whole km/h, as cars tell it. */
export const scriptedDrive = ({
  start,
  legs,
  lat = 42.28,
  lon = -83.74,
  heading = 0,
  driver,
  seq = 1,
  every_s = 1,
}: DriveScript): DrivenEvent[] => {
  const events: DrivenEvent[] = [];
  const here = { lat, lon, heading, speed: 0, at: start };
  const tell = (engine: boolean): void => {
    events.push({
      ts: here.at,
      seq: seq + events.length,
      gps: {
        lat: round(here.lat, 7),
        lon: round(here.lon, 7),
        speed_kmh: round(here.speed, 1),
        heading: here.heading,
        hdop: 0.9,
        sats: 11,
        fix: true,
      },
      signals: { vehicle_speed: Math.round(here.speed), engine_rpm: engine ? 800 + Math.round(20 * here.speed) : 0 },
      ignition: engine,
      ...(driver !== undefined && { driver }),
    });
  };
  tell(legs[0]?.engine ?? true);
  for (const { seconds, to_kmh, engine = true, heading: turned = here.heading } of legs) {
    here.heading = turned;
    const from_kmh = here.speed;
    for (let second = 1; second <= seconds; second++) {
      const next = from_kmh + ((to_kmh - from_kmh) * second) / seconds;
      const metres = (here.speed + next) / 2 / 3.6;
      const angle = (here.heading * Math.PI) / 180;
      here.lon += (metres * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((here.lat * Math.PI) / 180));
      here.lat += (metres * Math.cos(angle)) / METRES_PER_DEGREE;
      here.speed = next;
      here.at += 1_000;
      if (second % every_s === 0) tell(engine);
    }
  }
  return events;
};

/** Kilometres of a script, by its speeds. */
export const kilometresOf = (legs: readonly Leg[]): number => {
  let before = 0;
  let metres = 0;
  for (const { seconds, to_kmh } of legs) {
    metres += ((before + to_kmh) / 2 / 3.6) * seconds;
    before = to_kmh;
  }
  return metres / 1_000;
};

/** Cut into arrays of `size` events. */
export const inArraysOf = <T>(size: number, events: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(events.length / size) }, (_, n) => events.slice(n * size, (n + 1) * size));
