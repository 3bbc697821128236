import type { DeviceId } from '../../model/ids.js';

const MOST_DEVICES = 2_000;
const MOST_NAMES = 64;

/** What devices send and nobody here knows, by device and name, since the start: counted, not dropped in silence. */
export class UnknownFields {
  private readonly byDevice = new Map<DeviceId, Map<string, number>>();

  add(device: DeviceId, names: readonly string[]): void {
    let counts = this.byDevice.get(device);
    if (!counts) {
      if (this.byDevice.size >= MOST_DEVICES) return;
      counts = new Map();
      this.byDevice.set(device, counts);
    }
    for (const name of names) {
      const count = counts.get(name);
      if (count !== undefined || counts.size < MOST_NAMES) counts.set(name, (count ?? 0) + 1);
    }
  }

  all(): Record<DeviceId, Record<string, number>> {
    return Object.fromEntries([...this.byDevice].map(([device, counts]) => [device, Object.fromEntries(counts)]));
  }
}
