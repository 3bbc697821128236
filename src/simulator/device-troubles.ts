import type { Instant, Volts } from '../model/units.js';
import { minutes } from '../model/units.js';
import type { Random } from './random.js';

const CODES = ['P0301', 'P0420', 'P0171', 'P0128', 'P0442', 'U0121'];

/** How long a code stays until somebody clears it, a pulled plug stays pulled, and a silent device silent. */
const CODE_STAYS = minutes(15);
const UNPLUGGED_SILENCE = minutes(2);
const LAST_GASP = 5_000;
const SILENCE = minutes(17);

/** What is wrong with a vehicle and its device: trouble codes, the supply, the radio. */
export class DeviceTroubles {
  #code: string | undefined;
  #codeUntil: Instant = 0;
  #unpluggedAt: Instant = Number.NEGATIVE_INFINITY;
  #silentUntil: Instant = Number.NEGATIVE_INFINITY;

  constructor(private readonly random: Random) {}

  codes(at: Instant): string[] {
    if (at >= this.#codeUntil) this.#code = undefined;
    return this.#code === undefined ? [] : [this.#code];
  }

  /** @returns the new code; `undefined` where one is stored already */
  storeCode(at: Instant): string | undefined {
    if (this.codes(at).length > 0) return undefined;
    this.#code = CODES[this.random.below(CODES.length)]!;
    this.#codeUntil = at + CODE_STAYS;
    return this.#code;
  }

  unplug(at: Instant): void {
    this.#unpluggedAt = at;
    this.#silentUntil = Math.max(this.#silentUntil, at + LAST_GASP + UNPLUGGED_SILENCE);
  }

  fallSilent(at: Instant): void {
    this.#silentUntil = Math.max(this.#silentUntil, at + SILENCE);
  }

  /** A device with a small battery of its own tells for some seconds that its supply is gone. */
  lastGasp(at: Instant): boolean {
    return at - this.#unpluggedAt < LAST_GASP;
  }

  /** What the device measures at its plug. */
  supply(at: Instant, voltage: Volts): Volts {
    return at - this.#unpluggedAt < LAST_GASP + UNPLUGGED_SILENCE ? 0.1 : voltage;
  }

  unplugged(at: Instant): boolean {
    return at - this.#unpluggedAt < LAST_GASP + UNPLUGGED_SILENCE;
  }

  silent(at: Instant): boolean {
    return at < this.#silentUntil && !this.lastGasp(at);
  }
}
