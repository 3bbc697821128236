import type { Litres, Mps2, Seconds, Volts } from '../model/units.js';
import type { Random } from './random.js';
import type { Traits } from './vehicle-traits.js';

/** What the engine's own computer would tell. */
export interface EngineState {
  on: boolean;
  rpm: number;
  /** % */
  load: number;
  throttle: number;
  fuelLevel: number;
  /** °C */
  coolant: number;
  /** g/s */
  airFlow: number;
  voltage: Volts;
  /** Since the start. */
  runTime: Seconds;
  /** What is injected, L/h. */
  fuelRate: number;
  /** What the engine adds to the mixture, %; the short one swings around none. */
  shortTrim: number;
  longTrim: number;
  /** The mixture is corrected by the oxygen sensors: not while the engine is cold. */
  closedLoop: boolean;
}

/** What an engine is like beyond its kind. */
export interface EngineCondition {
  /** °C that it is kept at; a stuck thermostat lets it stay cold. */
  thermostat?: number;
  /** % that it has to add at idle; driving a third of it. */
  trim?: number;
  /** V of its battery at rest. */
  resting?: Volts;
  /** The part of its tank that is full at first; by chance unless given. */
  filled?: number;
}

const AMBIENT = 12;
const THERMOSTAT = 90;
const CLOSED_LOOP = 55;
const FRESH: Volts = 12.6;
/** An aged battery gives less under load than its open voltage shows. */
const CRANKING_PER_VOLT = 2.2;
const GEARS = [4.4, 2.6, 1.75, 1.3, 1];

/** An engine with five gears, a thermostat, an alternator and a tank. */
export class Engine implements EngineState {
  on = false;
  rpm = 0;
  load = 0;
  throttle = 0;
  coolant = AMBIENT;
  airFlow = 0;
  voltage: Volts;
  runTime: Seconds = 0;
  fuelRate = 0;
  shortTrim = 0;
  longTrim = 0;
  #fuel: Litres;
  #gear = 0;

  constructor(
    private readonly traits: Traits,
    private readonly random: Random,
    private readonly condition: EngineCondition = {},
  ) {
    this.voltage = this.#resting;
    const filled = random.between(0.35, 0.95);
    this.#fuel = traits.tank_l * (condition.filled ?? filled);
  }

  get #resting(): Volts {
    return this.condition.resting ?? FRESH;
  }

  get closedLoop(): boolean {
    return this.coolant >= CLOSED_LOOP;
  }

  get fuelLevel(): number {
    return (this.#fuel / this.traits.tank_l) * 100;
  }

  /** Cranks: the supply dips for a moment. */
  start(): void {
    this.on = true;
    this.runTime = 0;
    this.voltage = this.random.between(10.1, 11) - CRANKING_PER_VOLT * (FRESH - this.#resting);
    this.rpm = 250;
  }

  stop(): void {
    this.on = false;
    this.rpm = this.load = this.throttle = this.airFlow = this.fuelRate = 0;
    this.voltage = this.#resting + 0.1;
    // Somebody refuels before it gets scarce; with the engine off, as one should.
    if (this.fuelLevel < 18) this.#fuel = this.traits.tank_l * 0.92;
  }

  /** One second at `speed` m/s, changing by `acceleration`. */
  second(speed: number, acceleration: Mps2): void {
    if (!this.on) {
      this.coolant += (AMBIENT - this.coolant) / 3_000;
      this.voltage += (this.#resting - this.voltage) * 0.05;
      return;
    }
    const { mass_kg, displacement_l, idle_rpm, topGear } = this.traits;
    this.runTime += 1;
    this.#shift(speed * topGear);
    const turning = speed * topGear * GEARS[this.#gear]!;
    this.rpm = Math.max(idle_rpm, turning) + this.random.normal(9);
    // Rolling, air and inertia against what the engine has at this speed.
    const force = mass_kg * (acceleration + 0.12) + 0.45 * speed * speed;
    const available = displacement_l * 0.016 * this.rpm * 1_000;
    const demand = speed < 0.3 ? 0 : Math.max(0, (force * speed) / available);
    this.load = Math.min(96, 19 + demand * 74 + this.random.normal(0.8));
    if (acceleration < -0.5) this.load = 9 + this.random.next() * 3;
    this.throttle = Math.min(88, 13.5 + Math.max(0, this.load - 19) * 0.9);
    this.airFlow = (this.rpm / 120) * displacement_l * 1.18 * (this.load / 100) * 0.92;
    // Under a closed throttle the injection is cut.
    this.fuelRate = acceleration > -0.5 ? (this.airFlow / 14.7 / 745) * 3_600 : 0;
    this.#fuel = Math.max(0.5, this.#fuel - this.fuelRate / 3_600);
    const { thermostat = THERMOSTAT, trim = 0 } = this.condition;
    this.longTrim = speed < 0.3 ? trim : trim / 3;
    // As slowly as the sensors make it swing; not by chance, of which other things are made.
    this.shortTrim = 2.2 * Math.sin(this.runTime / 3);
    this.coolant += (thermostat - this.coolant) * (0.0022 + this.load * 0.00006) + this.random.normal(0.04);
    this.voltage = this.runTime < 2 ? this.voltage : 14.2 + this.random.normal(0.04);
  }

  #shift(topGearRpm: number): void {
    const [low, high] = this.traits.mass_kg > 5_000 ? [950, 1_750] : [1_250, 2_350];
    while (this.#gear < GEARS.length - 1 && topGearRpm * GEARS[this.#gear]! > high) this.#gear += 1;
    while (this.#gear > 0 && topGearRpm * GEARS[this.#gear]! < low) this.#gear -= 1;
  }
}
