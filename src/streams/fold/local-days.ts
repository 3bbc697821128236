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
  /** Readings come from one quarter for a quarter of an hour. */
  private quarter = Number.NaN;
  private day = '';
  private night = false;

  constructor(readonly zone: string) {}

  dayOf(at: Instant): string {
    this.turnTo(Math.floor(at / QUARTER_HOUR));
    return this.day;
  }

  /** From 23:00 to 05:00. */
  isNight(at: Instant): boolean {
    this.turnTo(Math.floor(at / QUARTER_HOUR));
    return this.night;
  }

  private turnTo(quarter: number): void {
    if (quarter === this.quarter) return;
    this.quarter = quarter;
    this.day = this.findDay(quarter);
    this.night = this.findNight(quarter);
  }

  private findDay(quarter: number): string {
    let day = this.byQuarter.get(quarter);
    if (day === undefined) {
      if (this.byQuarter.size >= MOST) this.byQuarter.clear();
      day = DateTime.fromMillis(quarter * QUARTER_HOUR, { zone: this.zone }).toISODate() ?? 'invalid';
      this.byQuarter.set(quarter, day);
    }
    return day;
  }

  private findNight(quarter: number): boolean {
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
