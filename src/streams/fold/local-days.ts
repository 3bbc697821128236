import { DateTime } from 'luxon';
import type { Instant } from '../../model/units.js';

const QUARTER_HOUR = 900_000;
const MOST = 8_192;

/**
 * Days of a zone, `YYYY-MM-DD`. Zone offsets are whole quarters of an hour, so a day is looked up once per quarter and kept.
 */
export class LocalDays {
  private readonly byQuarter = new Map<number, string>();
  private readonly nights = new Map<number, boolean>();

  constructor(readonly zone: string) {}

  dayOf(at: Instant): string {
    const quarter = Math.floor(at / QUARTER_HOUR);
    let day = this.byQuarter.get(quarter);
    if (day === undefined) {
      if (this.byQuarter.size >= MOST) this.byQuarter.clear();
      day = DateTime.fromMillis(quarter * QUARTER_HOUR, { zone: this.zone }).toISODate() ?? 'invalid';
      this.byQuarter.set(quarter, day);
    }
    return day;
  }

  /** From 23:00 to 05:00. */
  isNight(at: Instant): boolean {
    const quarter = Math.floor(at / QUARTER_HOUR);
    let night = this.nights.get(quarter);
    if (night === undefined) {
      if (this.nights.size >= MOST) this.nights.clear();
      const { hour } = DateTime.fromMillis(quarter * QUARTER_HOUR, { zone: this.zone });
      night = hour >= 23 || hour < 5;
      this.nights.set(quarter, night);
    }
    return night;
  }
}
