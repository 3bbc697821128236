import type { VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import type { JournalRecord, Offset } from '../../model/record.js';
import { hours, type Instant } from '../../model/units.js';
import type { Journal } from '../../ports/journal.js';
import { isSameEvent } from '../fold/reading-order.js';

/** Of a device whose clock is further ahead than this, a first copy may be missed. */
const AHEAD_AT_MOST = hours(1);

/**
 * Tells events that were sent before from new ones, over a stretch of a vehicle's records that begins anywhere. Events newer than everything before the stretch
 * are new without a look; for others the records before it are read, as far back as they can have come: nothing arrives before it happened.
 */
export class EarlierCopies {
  readonly #seen = new Map<Instant, Reading[]>();
  #newest: Instant = 0;
  /** From here on everything is in `#seen`. */
  #reached: Offset;
  #lookedFor: Instant = Number.POSITIVE_INFINITY;

  /**
   * @param start of the stretch
   * @param newestBefore no event before it is newer; Infinity where that is not known
   * @param readingsIn what a record says, nothing where it cannot be read
   */
  constructor(
    private readonly journal: Pick<Journal, 'ofVehicle' | 'offsetAt'>,
    private readonly vehicle: VehicleId,
    start: Offset,
    private readonly newestBefore: Instant,
    private readonly readingsIn: (record: JournalRecord) => readonly Reading[],
  ) {
    this.#reached = start;
    if (Number.isFinite(newestBefore)) this.#newest = newestBefore;
  }

  /** The newest event of all that were noted, and before. */
  get newest(): Instant {
    return this.#newest;
  }

  /** Whether all of these events had been sent before; they count as sent from now on. Records come in order. */
  async note(readings: readonly Reading[]): Promise<boolean> {
    const oldest = readings.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
    if (oldest <= this.newestBefore) await this.#lookBack(oldest);
    return this.#add(readings);
  }

  #add(readings: readonly Reading[]): boolean {
    let known = readings.length > 0;
    for (const reading of readings) {
      this.#newest = Math.max(this.#newest, reading.at);
      const same = this.#seen.get(reading.at);
      if (same?.some(earlier => isSameEvent(earlier, reading))) continue;
      known = false;
      if (same) same.push(reading);
      else this.#seen.set(reading.at, [reading]);
    }
    return known;
  }

  async #lookBack(at: Instant): Promise<void> {
    if (at >= this.#lookedFor) return;
    this.#lookedFor = at;
    const from = this.#reached <= 1 ? this.#reached : await this.journal.offsetAt(at - AHEAD_AT_MOST);
    if (from >= this.#reached) return;
    const to = this.#reached - 1;
    this.#reached = from;
    for await (const batch of this.journal.ofVehicle(this.vehicle, from, to))
      for (const record of batch) if (record.header.kind === 'message') this.#add(this.readingsIn(record));
  }
}
