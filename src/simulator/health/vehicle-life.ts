import type { Celsius } from '../../model/health.js';
import type { Signals } from '../../model/reading.js';
import { days, hours, type Instant, minutes, seconds, type Volts } from '../../model/units.js';
import { type Random, randomOf } from '../random.js';

/** What goes wrong with a vehicle, and from which day of its life on; left out = it stays well. */
export interface Faults {
  /** The open voltage falls by so much a day. */
  battery?: { from: number; voltsPerDay: Volts };
  /** The thermostat stays open. */
  thermostat?: { from: number };
  /** Air gets in behind the air meter: the trim at idle rises by so much a day, driving by a third of it. */
  leak?: { from: number; percentPerDay: number };
  /** The alternator gives nothing any more. */
  alternator?: { from: number };
}

/** What the vehicle's device tells at one moment. */
export interface LifeEvent {
  at: Instant;
  ignition: boolean;
  externalVoltage: Volts;
  odometer: number | undefined;
  signals: Signals;
}

/** The truth of a day, without noise. */
export interface LifeTruth {
  day: number;
  ambient: Celsius;
  /** V at rest, at 15 °C. */
  resting: Volts;
  /** V while cranking, at the climate's mean temperature. */
  cranking: Volts;
  idleTrim: number;
}

export interface VehicleLife {
  events: LifeEvent[];
  truths: LifeTruth[];
}

const RESTS: readonly [number, number][] = [
  [0, 7],
  [9, 17],
  [19, 24],
];
const DRIVES = [7.2, 17.3];
const REST_STEP = minutes(20);
const DRIVE_STEP = seconds(20);
const FRESH: Volts = 12.68;
const REFERENCE: Celsius = 15;
/** Of the open voltage of a battery; the cranking voltage depends on it far more. */
const RESTING_PER_DEGREE = 0.0015;
const CRANKING_PER_DEGREE = 0.028;
/** An aged battery gives less under load than its open voltage shows. */
const CRANKING_PER_VOLT = 2.2;
const THERMOSTAT: Celsius = 90;

/**
 * Days in the life of one vehicle that is driven twice a day, as its device tells them, with noise of sensors, weather and habits. The same seed
 * is the same life.
 * @param from midnight of its first day
 */
export const vehicleLife = (seed: string, from: Instant, count: number, faults: Faults): VehicleLife => {
  const random = randomOf(seed, 'life', 0);
  const events: LifeEvent[] = [];
  const truths: LifeTruth[] = [];
  const winter = random.between(-3, 14);
  let weather = 0;
  let odometer = random.between(20_000, 120_000);
  // Of this battery, of this meter, of this mixture.
  const fresh = FRESH + random.normal(0.03);
  const trimBias = random.normal(2);
  for (let day = 0; day < count; day++) {
    weather = 0.8 * weather + random.normal(2);
    const ambient = winter + weather;
    const aged = faults.battery ? Math.max(0, day - faults.battery.from) * faults.battery.voltsPerDay : 0;
    const leak = faults.leak ? Math.max(0, day - faults.leak.from) * faults.leak.percentPerDay : 0;
    truths.push({ day, ambient, resting: fresh - aged, cranking: crankingAt(aged, winter), idleTrim: trimBias + leak });
    const dead = faults.alternator !== undefined && day >= faults.alternator.from;
    const stuck = faults.thermostat !== undefined && day >= faults.thermostat.from;
    const midnight = from + days(day);
    // How full the driving of the days before left it.
    const charge = random.normal(0.03);
    const restAt = (at: Instant, since: Instant): Volts =>
      fresh - aged + charge + RESTING_PER_DEGREE * (ambient - REFERENCE) + 0.35 * Math.exp(-(at - since) / minutes(14));
    for (const [begin, end] of RESTS) {
      const since = midnight + hours(begin);
      for (let at = since + REST_STEP; at < midnight + hours(end); at += REST_STEP) {
        events.push({
          at,
          ignition: false,
          externalVoltage: told(restAt(at, begin === 0 ? since - hours(5) : since) + random.normal(0.02)),
          odometer: undefined,
          signals: {},
        });
      }
    }
    for (const hour of DRIVES) {
      const start = midnight + hours(hour) + Math.round(random.between(0, minutes(10)));
      const length = Math.round(random.between(minutes(24), minutes(40)));
      const open = restAt(start, start - hours(7));
      const cranking = crankingAt(fresh - open, ambient);
      odometer = drive(events, random, { start, length, open, cranking, ambient, dead, stuck, odometer, trim: trimBias, leak });
    }
  }
  events.sort((a, b) => a.at - b.at);
  return { events, truths };
};

interface Drive {
  start: Instant;
  length: number;
  open: Volts;
  cranking: Volts;
  ambient: Celsius;
  dead: boolean;
  stuck: boolean;
  odometer: number;
  trim: number;
  leak: number;
}

/** @param lost of the open voltage */
const crankingAt = (lost: Volts, ambient: Celsius): Volts =>
  10.9 - lost * CRANKING_PER_VOLT + CRANKING_PER_DEGREE * (ambient - REFERENCE);

const told = (volts: Volts): Volts => Math.round(volts * 100) / 100;

/** One drive: the starter, a minute of idling, driving with halts. @returns where the odometer is then */
const drive = (events: LifeEvent[], random: Random, of: Drive): number => {
  const { start, length, open, cranking, ambient, dead, stuck } = of;
  let { odometer } = of;
  let coolant = Math.max(ambient, ambient + random.normal(1));
  const push = (at: Instant, voltage: Volts, signals: Signals): void => {
    events.push({ at, ignition: true, externalVoltage: told(voltage), odometer: Math.round(odometer * 10) / 10, signals });
  };
  // Key on, and the starter as a device sees it that samples once a second: seldom at its lowest.
  push(start - seconds(3), open - 0.15, { engine_rpm: 0, vehicle_speed: 0, coolant_temp: Math.round(coolant) });
  push(start - seconds(1), cranking + Math.abs(random.normal(0.12)), { engine_rpm: 220, vehicle_speed: 0 });
  const running = (): Volts => (dead ? open - 0.45 : 14.2) + random.normal(0.06);
  let halt = 40;
  let cruise = random.between(45, 70);
  let at = start;
  while (at <= start + length) {
    const fast = at - start < seconds(60) || halt > 0;
    const step = fast && halt > 30 ? seconds(1) : DRIVE_STEP;
    const halted = halt > 0;
    halt = halted ? halt - step / 1_000 : random.chance(0.04) ? 45 : 0;
    cruise = Math.max(35, Math.min(80, cruise + random.normal(2)));
    const speed = halted ? 0 : Math.round(cruise);
    const opens = stuck ? Math.min(ambient + 42, THERMOSTAT) : THERMOSTAT + random.normal(0.5);
    coolant += (opens - coolant) * (1 - Math.exp(-step / minutes(halted ? 7 : 4)));
    const cold = coolant < 55;
    const trim = of.trim + (halted ? of.leak : of.leak / 3);
    odometer += (speed * step) / 3_600_000;
    push(at, running(), {
      engine_rpm: Math.round(halted ? 780 + random.normal(8) : 1_500 + speed * 12 + random.normal(60)),
      vehicle_speed: speed,
      coolant_temp: Math.round(coolant),
      ambient_air_temp: Math.round(ambient),
      engine_load: Math.round(halted ? 22 + random.normal(1) : 45 + random.normal(6)),
      mass_air_flow: Math.round((halted ? 2.8 : 6 + speed / 5 + random.normal(0.6)) * 100) / 100,
      fuel_system_1_status: cold ? 1 : 2,
      ...(!cold && { short_fuel_trim_1: trimStep(random.normal(2.5)), long_fuel_trim_1: trimStep(trim) }),
    });
    at += step;
  }
  events.push({
    at: start + length + seconds(5),
    ignition: false,
    externalVoltage: told(open + 0.5),
    odometer: Math.round(odometer * 10) / 10,
    signals: { engine_rpm: 0, vehicle_speed: 0 },
  });
  return odometer;
};

/** Trims are sent in steps of 1/128. */
const trimStep = (percent: number): number => (Math.round((percent * 128) / 100) * 100) / 128;
