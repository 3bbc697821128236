import type { Degrees } from '../model/units.js';
import type { ContractEvent } from './contract-event.js';
import type { Random } from './random.js';
import { type Point, toLocation } from './town/plane.js';

/** A satellite receiver: an error that wanders by some metres, and a little noise on top. */
export class Receiver {
  #east = 0;
  #north = 0;
  #heading: Degrees = 0;

  constructor(private readonly random: Random) {}

  /** @param speed m/s */
  fix(place: Point, heading: Degrees, speed: number): NonNullable<ContractEvent['gps']> {
    const { random } = this;
    // A first-order wander: 2 m deviation, correlated over about a minute.
    this.#east = this.#east * 0.983 + random.normal(0.37);
    this.#north = this.#north * 0.983 + random.normal(0.37);
    // A receiver knows no heading while it stands: it keeps the last one.
    if (speed > 1) this.#heading = (heading + random.normal(1.5) + 360) % 360;
    const { lat, lon } = toLocation({
      x: place.x + this.#east + random.normal(0.3),
      y: place.y + this.#north + random.normal(0.3),
    });
    return {
      lat: Math.round(lat * 1e6) / 1e6,
      lon: Math.round(lon * 1e6) / 1e6,
      speed_kmh: Math.round(Math.max(0, speed * 3.6 + random.normal(speed > 0.3 ? 0.35 : 0.15)) * 10) / 10,
      heading: Math.round(this.#heading) % 360,
      alt_m: 11 + Math.round(random.normal(1.5)),
      hdop: Math.round((0.8 + random.next() * 0.4) * 10) / 10,
      sats: 9 + random.below(5),
      accuracy_m: 3 + random.below(3),
      fix: true,
    };
  }
}
