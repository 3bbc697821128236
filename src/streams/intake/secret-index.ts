import { createHash } from 'node:crypto';
import type { DeviceId } from '../../model/ids.js';
import type { Device } from '../../model/vehicle.js';
import type { Clock } from '../../ports/clock.js';
import type { Registry } from '../../ports/registry.js';

/**
 * Finds a device by its secret alone. Holds two hashes per registered device at most; made anew when a secret is not found and the register
 * has changed since, so that strangers who guess cost one look-up each.
 */
export class SecretIndex {
  readonly #byHash = new Map<string, DeviceId>();
  #madeOf: readonly Device[] | undefined;

  constructor(
    private readonly registry: Pick<Registry, 'device' | 'devices'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** @returns undefined for nobody's secret, and for an old one whose time is over */
  deviceOf(secret: string): Device | undefined {
    const hash = createHash('sha256').update(secret).digest('hex');
    return this.#find(hash) ?? (this.#follow() ? this.#find(hash) : undefined);
  }

  #find(hash: string): Device | undefined {
    const id = this.#byHash.get(hash);
    const device = id === undefined ? undefined : this.registry.device(id);
    if (device === undefined || device.secret_hash === hash) return device;
    const oldIsValid = device.old_secret_hash === hash && (device.old_valid_until ?? 0) > this.clock.now();
    return oldIsValid ? device : undefined;
  }

  /** @returns whether anything may have changed */
  #follow(): boolean {
    const devices = this.registry.devices();
    if (devices === this.#madeOf) return false;
    this.#madeOf = devices;
    this.#byHash.clear();
    for (const { id, secret_hash, old_secret_hash } of devices) {
      if (old_secret_hash) this.#byHash.set(old_secret_hash, id);
      if (secret_hash) this.#byHash.set(secret_hash, id);
    }
    return true;
  }
}
