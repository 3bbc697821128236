import type { Instant, Millis } from '../../model/units.js';
import type { ServerCounters } from './mqtt-counters.js';
import type { MqttLimits } from './mqtt-limits.js';

interface Allowance {
  left: number;
  at: Instant;
}

/**
 * Slows failed log-ins by address. Only failures wait: whole fleets sit behind one address of a mobile network, so an
 * address is never shut, and a device with the right secret is let in at once however many others fail beside it.
 */
export class LoginThrottle {
  /** In the order of the last failure. */
  #allowances = new Map<string, Allowance>();

  constructor(
    private readonly limits: MqttLimits,
    private readonly counters: ServerCounters,
  ) {}

  /** @returns how long the answer to this failure is to wait */
  failed(address: string, now: Instant): Millis {
    const { failedLoginBurst: burst, failedLoginsPerSecond, refusalDelay_ms, throttledAddresses } = this.limits;
    const known = this.#allowances.get(address);
    const refilled = known === undefined ? burst : known.left + ((now - known.at) / 1_000) * failedLoginsPerSecond;
    const left = Math.min(burst, refilled) - 1;
    this.#allowances.delete(address);
    this.#allowances.set(address, { left: Math.max(left, 0), at: now });
    if (this.#allowances.size > throttledAddresses) this.#forgetOldest();
    if (left >= 0) return 0;
    this.counters.refusals_delayed += 1;
    return refusalDelay_ms;
  }

  #forgetOldest(): void {
    for (const address of this.#allowances.keys()) {
      this.#allowances.delete(address);
      this.counters.throttled_addresses_forgotten += 1;
      return;
    }
  }
}
