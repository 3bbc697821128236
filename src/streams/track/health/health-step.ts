import type { Kmh, Millis } from '../../../model/units.js';

/** What a reading means besides its own values. Speeds are NaN where they are not known. */
export interface HealthStep {
  day: string;
  /** Since the reading before; 0 where there is none. */
  since: Millis;
  engineOn: boolean;
  standby: boolean;
  moving: boolean;
  idling: boolean;
  /** Has an engine that runs whenever it drives: neither electric nor hybrid. */
  burnsFuel: boolean;
  /** A car or a van. */
  light: boolean;
  speed: Kmh;
  speedBefore: Kmh;
}
